using Embedded.DurableTask.Engine.History;
using Embedded.DurableTask.Store;

namespace Embedded.DurableTask.Engine.Operations;

/// <summary>Removes messages from the inbox that nobody wants.</summary>
internal sealed class DropMessages(List<Message> messages, Action completed, Action<Exception> failed) : WriteOperation
{
    public override void Apply(StoreWriter writer)
    {
        foreach (Message message in messages)
        {
            if (message.Sequence != 0)
            {
                writer.DeleteMessage(message.Sequence);
            }
        }
    }

    public override void Completed() => completed();

    public override void Failed(Exception reason) => failed(reason);
}
