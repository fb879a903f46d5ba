using Embedded.DurableTask.Engine.History;
using Embedded.DurableTask.Store;

namespace Embedded.DurableTask.Engine.Operations;

/// <summary>What the end of an instance does to others, written in the transaction that ends it. The messages are to be delivered after it.</summary>
internal static class Endings
{
    /// <summary>Marks a termination that goes on to the sub-orchestrations.</summary>
    public const string Recursive = "recursive";

    /// <summary>Frees the entities whose lock the execution holds: its code cannot do so any more.</summary>
    public static List<Message> ReleaseLocks(StoreWriter writer, EmbeddedTaskHub hub, string instanceId, long execution)
    {
        var messages = new List<Message>();
        foreach (string entity in writer.FindEntitiesLockedBy(instanceId, execution))
        {
            messages.Add(new Message(entity, new Entry(EntryKind.EntitiesReleased))
            {
                Sequence = hub.NextId(),
                ReplyTo = instanceId,
                ReplyExecution = execution,
            });
        }

        messages.ForEach(writer.InsertMessage);
        return messages;
    }

    /// <summary>Terminates the sub-orchestrations too, and they theirs.</summary>
    public static List<Message> TerminateChildren(StoreWriter writer, EmbeddedTaskHub hub, string instanceId, Entry terminated)
    {
        List<Message> messages = [.. writer.FindUnfinishedChildren(instanceId)
            .Select(child => new Message(child, terminated) { Sequence = hub.NextId() })];
        messages.ForEach(writer.InsertMessage);
        return messages;
    }
}
