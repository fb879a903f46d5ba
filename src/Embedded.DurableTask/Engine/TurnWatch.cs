using Embedded.DurableTask.Engine.Orchestrations;

namespace Embedded.DurableTask.Engine;

/// <summary>Tells of orchestrators whose code does not return from a turn, which waits for nothing: without a word they would only hang.</summary>
internal sealed class TurnWatch : IDisposable
{
    static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    readonly Func<IEnumerable<InstanceActor>> _actors;
    readonly Worker _worker;
    readonly TimeProvider _time;
    readonly ITimer _timer;

    public TurnWatch(Func<IEnumerable<InstanceActor>> actors, Worker worker, TimeProvider time)
    {
        _actors = actors;
        _worker = worker;
        _time = time;
        _timer = time.CreateTimer(_ => Look(), null, Long, Long);
    }

    public void Dispose() => _timer.Dispose();

    void Look()
    {
        foreach (InstanceActor actor in _actors())
        {
            if (actor.TurnBegan is { } began && _time.GetElapsedTime(began) is { } elapsed && elapsed >= Long)
            {
                _worker.Log.TurnBlocked(actor.Id, (int)elapsed.TotalSeconds);
            }
        }
    }
}
