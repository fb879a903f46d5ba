using Grimoire.Casts;
using Microsoft.DurableTask;

namespace Grimoire.Functions.Orchestrations;

/// <summary>Pause, resume and cancel, as an orchestration hears of them.</summary>
sealed class CastControls : IDisposable
{
    readonly TaskOrchestrationContext _context;
    readonly CancellationTokenSource _stopped = new();
    TaskCompletionSource _resumed = Completed();
    int _turns;

    public CastControls(TaskOrchestrationContext context)
    {
        _context = context;
        Next = Listen();
    }

    /// <summary>What is asked next. It is never cancelled: a cancelled wait would swallow the event that it waited for.</summary>
    public Task<CastControl> Next { get; private set; }

    public bool IsPaused => !_resumed.Task.IsCompleted;

    public bool IsCancelled { get; private set; }

    public string? Reason { get; private set; }

    /// <summary>Waits of steps end with it.</summary>
    public CancellationToken Stopped => _stopped.Token;

    /// <summary>Completes at once unless the cast is paused.</summary>
    public Task WhenRunning => _resumed.Task;

    /// <summary>Takes what has come from <see cref="Next"/>, and listens again. Null if it cannot be read, which is no reason to end a cast.</summary>
    public CastControl? Read()
    {
        var asked = Next;
        Next = Listen();
        return asked.Exception is null ? asked.Result : null;
    }

    /// <summary>Takes over what has been asked.</summary>
    /// <returns>The event to record, or null if it changes nothing.</returns>
    public CastEvent? Take(CastControl control)
    {
        switch (control.Action)
        {
            case CastAction.Pause when !IsPaused && !IsCancelled:
                _resumed = new TaskCompletionSource();
                return CastEvents.Turned(CastEvents.CastPaused, _context.CurrentUtcDateTime, ++_turns, control.By, control.Reason);
            case CastAction.Resume when IsPaused:
                _resumed.SetResult();
                return CastEvents.Turned(CastEvents.CastResumed, _context.CurrentUtcDateTime, ++_turns, control.By, control.Reason);
            case CastAction.Cancel when !IsCancelled:
                IsCancelled = true;
                Reason = control.Reason;
                Stop();
                return null;
            default:
                return null;
        }
    }

    /// <summary>Nothing new starts any more, and nothing waits.</summary>
    public void Stop()
    {
        if (!_stopped.IsCancellationRequested)
        {
            _stopped.CancelHere();
        }

        _resumed.TrySetResult();
    }

    public void Dispose() => _stopped.Dispose();

    static TaskCompletionSource Completed()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }

    Task<CastControl> Listen() => _context.WaitForExternalEvent<CastControl>(CastControl.EventName);
}
