using System.Globalization;
using System.Text.Json;
using Grimoire.Casts;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tools;

namespace Grimoire.Functions.Activities;

/// <summary>The record of an attempt that has ended: with what came of it, or, where that cannot be kept, with a failure that says so and what it has cost.</summary>
public sealed class AttemptEnding(CastOptions options, TimeProvider time)
{
    internal AttemptRecord Of(AttemptRecord record, ToolResult result, IReadOnlyList<StoredArtifact> artifacts) => Kept(record with
    {
        Status = result.Failure is null ? AttemptStatus.Succeeded : AttemptStatus.Failed,
        EndedAt = time.GetUtcNow(),
        LeaseUntil = null,
        Output = result.Failure is null ? result.Output : null,
        Failure = result.Failure?.In(record.Step, record.Item, record.Attempt, record.Tool),
        CostUsd = result.CostUsd,
        Usage = result.Usage,
        Warnings = [.. record.Warnings, .. result.Warnings],
        Artifacts = artifacts,
    });

    AttemptRecord Kept(AttemptRecord record)
    {
        if (Unwritable(record.Output, out var bytes) is { } reason)
        {
            return Failed("output.unserialisable", $"The output cannot be written as JSON: {reason}");
        }

        if (bytes > options.MaxOutputBytes)
        {
            return Failed("output.tooLarge", string.Create(CultureInfo.InvariantCulture,
                $"The output has {bytes} bytes; it may have {options.MaxOutputBytes}. Large results belong into artifacts."));
        }

        return record.Failure is { } failure && Unwritable(failure, out _) is not null
            ? record with { Failure = WithoutDetails(failure) }
            : record;

        AttemptRecord Failed(string code, string message) => record with
        {
            Status = AttemptStatus.Failed,
            Output = null,
            Failure = new Failure { Code = code, Message = message, Phase = Phase.Complete }.In(record.Step, record.Item, record.Attempt, record.Tool),
        };
    }

    static Failure WithoutDetails(Failure failure) => failure with { Details = null, Cause = failure.Cause is { } cause ? WithoutDetails(cause) : null };

    static string? Unwritable<T>(T value, out int bytes)
    {
        bytes = 0;
        try
        {
            bytes = CastStore.Bytes(value).Length;
            return null;
        }
        catch (Exception unwritable) when (unwritable is JsonException or NotSupportedException or ArgumentException or InvalidOperationException)
        {
            return unwritable.Message;
        }
    }
}
