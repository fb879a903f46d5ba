using Embedded.DurableTask.Engine.History;
using Embedded.DurableTask.Store;

namespace Embedded.DurableTask.Engine.Operations;

/// <summary>A client's message to an instance or entity. One for an instance that does not exist or has ended is dropped.</summary>
internal sealed class SendMessage(EmbeddedTaskHub hub, Message message) : WriteOperation
{
    readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    bool _dropped;

    public Task Task => _done.Task;

    public override long Bytes => message.Entry.Payload?.Length ?? 0;

    public override void Apply(StoreWriter writer)
    {
        _dropped = !message.Target.StartsWith('@') && writer.FindInstance(message.Target) is not { IsTerminal: false };
        if (!_dropped)
        {
            writer.InsertMessage(message);
        }
    }

    public override void Completed()
    {
        if (!_dropped)
        {
            hub.Deliver(message);
        }

        _done.SetResult();
    }

    public override void Failed(Exception reason) => _done.SetException(reason);
}
