using Embedded.DurableTask.Store;

namespace Embedded.DurableTask.Engine.Operations;

/// <summary>Removes those of a few instances that have ended. Few, so that what runs meanwhile need not wait for long.</summary>
internal sealed class PurgeInstances(IReadOnlyList<string> ids) : WriteOperation
{
    readonly TaskCompletionSource<int> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _count;

    public Task<int> Task => _done.Task;

    public override void Apply(StoreWriter writer)
    {
        _count = 0;
        foreach (string id in ids)
        {
            if (writer.FindInstance(id) is { IsTerminal: true } instance)
            {
                writer.DeleteInstance(instance);
                _count++;
            }
        }
    }

    public override void Completed() => _done.SetResult(_count);

    public override void Failed(Exception reason) => _done.SetException(reason);
}
