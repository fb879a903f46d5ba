namespace Embedded.DurableTask.Engine.Orchestrations;

/// <summary>
/// Current while an orchestrator's code runs. What is posted from the turn's own thread runs in that turn; what is posted from
/// elsewhere can only come from an await of something that is not durable, and is reported instead of run.
/// </summary>
internal sealed class OrchestratorSynchronizationContext(Func<bool> isTurnThread, Action foreignPost) : SynchronizationContext
{
    readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (isTurnThread())
        {
            _posted.Enqueue((d, state));
        }
        else
        {
            foreignPost();
        }
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (isTurnThread())
        {
            d(state);
        }
        else
        {
            foreignPost();
        }
    }

    public override SynchronizationContext CreateCopy() => this;

    public void RunPosted()
    {
        while (_posted.TryDequeue(out (SendOrPostCallback Callback, object? State) next))
        {
            next.Callback(next.State);
        }
    }
}
