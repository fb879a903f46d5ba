namespace Embedded.DurableTask.Engine.History;

/// <summary>
/// Something that must reach an instance or entity. With a <see cref="Sequence"/> it is a row of the inbox, and goes when its
/// receiver's turn is committed; without one it lives in memory (the result of an activity, a timer), and its cause is on disk.
/// </summary>
internal sealed record Message(string Target, Entry Entry)
{
    public long Sequence { get; init; }

    /// <summary>
    /// A sequence number for what an execution did not take in and its continuation is to get: it came earlier than all that still
    /// waits in the inbox, and must stay before it.
    /// </summary>
    public static long BeforeAllOthers(long id) => long.MinValue + id;

    /// <summary>The execution that it is for; 0 when any will do. An answer to an execution that has ended is dropped.</summary>
    public long Execution { get; init; }

    /// <summary>Who waits for the answer of an entity.</summary>
    public string? ReplyTo { get; init; }

    public long ReplyExecution { get; init; }

    /// <summary>For a lock: how many of the entities in the list hold it already.</summary>
    public int LockPosition { get; init; }

    /// <summary>UTC ticks before which it must not be delivered; 0 for at once.</summary>
    public long Due { get; init; }
}
