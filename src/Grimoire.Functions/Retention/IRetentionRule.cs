using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Retention;

/// <summary>What is kept for a time, in the order in which it is looked through.</summary>
public enum RetentionKind
{
    DeadLetters,
    Cooks,
    Casts,
    Artifacts,
    Histories,
    IdempotencyKeys,
    Usage,
}

/// <summary>Something that is kept no longer.</summary>
/// <param name="Name">Of a cast, a cook, an orchestration or an object.</param>
/// <param name="Since">Since when its time has been running.</param>
/// <param name="Bytes">Of artifacts; null where nobody knows.</param>
public sealed record Due(string Name, DateTimeOffset Since, long? Bytes = null);

/// <param name="Position">Behind which to go on; null: there is no more.</param>
/// <param name="Looked">At how many things.</param>
/// <param name="Due">Those of them that are kept no longer.</param>
public sealed record Seen(string? Position, int Looked, IReadOnlyList<Due> Due)
{
    public static Seen One(string position, Due? due) => new(position, 1, due is null ? [] : [due]);
}

/// <summary>Finds and removes one kind of what is kept for a time. What is told before that would be removed, and what is removed, is found by the same look.</summary>
public interface IRetentionRule
{
    RetentionKind Kind { get; }

    /// <summary>For how long; null: for ever.</summary>
    TimeSpan? Keep { get; }

    /// <summary>Looks through all that there is, from a position on. Nothing that still runs is ever due.</summary>
    /// <param name="client">The engine's.</param>
    /// <param name="before">What was over before that is kept no longer.</param>
    /// <param name="after">A position that an earlier look gave; null: from the beginning.</param>
    /// <param name="cancellation">Gives up.</param>
    IAsyncEnumerable<Seen> LookAsync(DurableTaskClient client, DateTimeOffset before, string? after, CancellationToken cancellation);

    /// <summary>Done again, it does nothing more.</summary>
    Task RemoveAsync(DurableTaskClient client, Due due, CancellationToken cancellation);
}
