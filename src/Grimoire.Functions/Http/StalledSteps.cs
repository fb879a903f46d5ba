using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Orchestrations;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>What a cast that does not get on waits for.</summary>
public enum StallCause
{
    /// <summary>It has been accepted, and nothing of it has run yet.</summary>
    Start,

    /// <summary>An attempt, or a sub-cast, that is under way.</summary>
    Attempt,

    /// <summary>The time that the step is to wait for.</summary>
    Time,

    /// <summary>Its next attempt.</summary>
    Retry,

    /// <summary>Its tool, which is left alone for a while.</summary>
    Circuit,

    /// <summary>The end of the job that it has started.</summary>
    Job,

    /// <summary>A person's answer.</summary>
    Approval,

    /// <summary>No step runs: what is written between steps, or the engine.</summary>
    NextStep,
}

/// <summary>A step that has been running for long; or a cast of which none runs, though it should.</summary>
public sealed record StalledStep
{
    public required string CastId { get; init; }

    /// <summary>Null before the cast has begun.</summary>
    public string? Spell { get; init; }

    /// <summary>Null for a spell that came with the request.</summary>
    public int? SpellVersion { get; init; }

    public required CastStatus CastStatus { get; init; }

    /// <summary>The id of the step; null if none runs.</summary>
    public string? Step { get; init; }

    public string? Name { get; init; }

    /// <summary>Its place in the spell: "3 of 5".</summary>
    public string? Of { get; init; }

    public int? Attempt { get; init; }

    public required DateTimeOffset Since { get; init; }

    public required StallCause WaitsFor { get; init; }

    public DateTimeOffset? WaitsUntil { get; init; }
}

/// <param name="Continuation">For the next page; null on the last one.</param>
public sealed record StalledPage(IReadOnlyList<StalledStep> Stalled, string? Continuation);

/// <summary>Finds what runs for long in what orchestrations say of themselves: no storage is read.</summary>
public sealed class StalledSteps(TimeProvider time)
{
    /// <summary>Casts newest first, as all lists, and behind them the pieces of cooks; the steps of each, longest first.</summary>
    /// <param name="client">The engine's.</param>
    /// <param name="account">Whose casts.</param>
    /// <param name="after">For how long a step has to have been running.</param>
    /// <param name="top">How many casts a page has at most.</param>
    /// <param name="continuation">Where the page before ended.</param>
    /// <param name="cancellation">The caller has gone.</param>
    public async Task<StalledPage> ListAsync(
        DurableTaskClient client, string account, TimeSpan after, int top, string? continuation, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(client);
        var latest = time.GetUtcNow() - after;
        var query = new OrchestrationQuery(
            CreatedTo: latest,
            Statuses: [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running],
            FetchInputsAndOutputs: true,
            ContinuationToken: continuation);
        var (found, next) = await InstancePages
            .FindAsync(client, query, [CastIds.Prefix(account), CookIds.AllPiecesPrefix(account)], top, instance => ValueTask.FromResult(Of(instance, latest)), cancellation)
            .ConfigureAwait(false);
        return new StalledPage([.. found.SelectMany(steps => steps)], next);
    }

    /// <summary>Null if the cast gets on, or is not supposed to.</summary>
    static List<StalledStep>? Of(OrchestrationMetadata instance, DateTimeOffset latest)
    {
        var report = CastReading.ReportOf(instance);
        var status = CastReading.StatusOf(instance, report);
        if (instance.Name != nameof(CastSpell) || status is not (CastStatus.Pending or CastStatus.Running))
        {
            return null;
        }

        var cast = new StalledStep
        {
            CastId = instance.InstanceId,
            Spell = report?.Spell is { Length: > 0 } spell ? spell : null,
            SpellVersion = report?.Version,
            CastStatus = status,
            Since = report is null ? instance.CreatedAt : instance.LastUpdatedAt,
            WaitsFor = report is null ? StallCause.Start : StallCause.NextStep,
        };
        var waiting = report?.Running is { Count: > 0 } running ? running.Select(step => Of(cast, step)) : [cast];
        return waiting.Where(step => step.Since <= latest).OrderBy(step => step.Since).ToList() is { Count: > 0 } stalled ? stalled : null;
    }

    static StalledStep Of(StalledStep cast, RunningStep step) => cast with
    {
        Step = step.Id,
        Name = step.Name,
        Of = step.Of,
        Attempt = step.Attempt,
        // One that does not say since when was shown at the last change at the latest.
        Since = step.Since ?? cast.Since,
        WaitsFor = step.WaitsFor switch
        {
            WaitReason.Retry => StallCause.Retry,
            WaitReason.Circuit => StallCause.Circuit,
            WaitReason.Job => StallCause.Job,
            WaitReason.Approval => StallCause.Approval,
            // One that does not say for what, but until when, has been shown before this was told.
            _ => step.WaitsUntil is null ? StallCause.Attempt : StallCause.Time,
        },
        WaitsUntil = step.WaitsUntil,
    };
}
