namespace Embedded.DurableTask.Engine.History;

/// <summary>
/// One turn of an orchestration, as it is stored: the moment it believed it ran at, what had reached it, then what it asked for.
/// </summary>
internal sealed record Turn(long Number, DateTime Now, IReadOnlyList<Entry> Entries);
