using Grimoire.Casts;

namespace Grimoire.Functions.Activities;

/// <summary>What has become of an attempt that a worker wanted to run.</summary>
/// <param name="Lease">It is ours.</param>
/// <param name="Existing">It is not: this is its record, ended, or running elsewhere.</param>
sealed record AttemptClaim(AttemptLease? Lease = null, AttemptRecord? Existing = null);
