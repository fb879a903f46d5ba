using System.Globalization;
using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Microsoft.DurableTask;
using Moq;

namespace Grimoire.Functions.Tests.Orchestrations.Support;

/// <summary>
/// A cast on a mocked context, in a time of its own: activities take as long as a test says, timers ring when their time comes, and everything
/// happens on one thread, in order. Every run is checked for what must always hold.
/// </summary>
sealed class SimulatedCast
{
    public const string Id = "main-0000000000000000000";

    readonly PriorityQueue<Action, (DateTime At, int Number)> _agenda = new();
    readonly Queue<TaskCompletionSource<CastControl>> _listeners = new();
    readonly Queue<CastControl> _unheard = new();
    readonly Dictionary<string, Queue<TaskCompletionSource<string>>> _hearing = [];
    readonly Dictionary<string, int> _said = [];
    readonly Dictionary<int, string> _open = [];
    readonly Dictionary<string, int> _most = [];
    readonly List<string> _asked = [];
    readonly List<CastReport> _reports = [];
    readonly Script _script;
    DateTime _now = Script.Now.UtcDateTime;
    int _number;

    public SimulatedCast(Script script, CastOrder? order = null)
    {
        _script = script;
        Context = new Mock<TaskOrchestrationContext>();
        Context.Setup(context => context.GetInput<CastOrder>()).Returns(order ?? new CastOrder(Id));
        Context.Setup(context => context.CurrentUtcDateTime).Returns(() => _now);
        Context.Setup(context => context.SetCustomStatus(It.IsAny<object?>())).Callback((object? status) => _reports.Add((CastReport)status!));
        Context.Setup(context => context.CreateTimer(It.IsAny<DateTime>(), It.IsAny<CancellationToken>())).Returns<DateTime, CancellationToken>(Timer);
        Context.Setup(context => context.WaitForExternalEvent<CastControl>(CastControl.EventName, It.IsAny<CancellationToken>())).Returns(Listen);
        Context.Setup(context => context.SendEvent(It.IsAny<string>(), CastControl.EventName, It.IsAny<object>()))
            .Callback((string id, string _, object control) => _asked.Add($"send {((CastControl)control).Action} to {id}"));
        Context
            .Setup(context => context.CallSubOrchestratorAsync<CastOutcome>(nameof(CastSpell), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Returns((TaskName _, object? input, TaskOptions? options) => Child((CastOrder)input!, (SubOrchestrationOptions)options!));
        Context.Setup(context => context.WaitForExternalEvent<string>(It.IsAny<string>(), It.IsAny<CancellationToken>())).Returns((string name, CancellationToken _) => Hear(name));
        Context.Setup(context => context.SendEvent(It.IsAny<string>(), PollJob.StopEvent, It.IsAny<object>())).Callback((string id, string _, object _) => _asked.Add($"stop {id}"));
        Context
            .Setup(context => context.CallSubOrchestratorAsync<AttemptOutcome>(nameof(PollJob), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
            .Returns((TaskName _, object? input, TaskOptions? options) => Ask((PollOrder)input!, (SubOrchestrationOptions)options!));
        Activity<CastStart>();
        Activity<JobAnswer>();
        Activity<AttemptOutcome>();
        Activity<StepDecision>();
        Activity<bool>();
        Activity<CastOutcome>();
        Activity<IReadOnlyList<decimal>>();
    }

    public Mock<TaskOrchestrationContext> Context { get; }

    /// <summary>How long an activity takes; at once if nothing else is said.</summary>
    public Func<string, object, TimeSpan> Takes { get; init; } = (_, _) => TimeSpan.Zero;

    /// <summary>How long a sub-cast takes that nobody stops, and how it ends.</summary>
    public (TimeSpan Takes, Func<CastOutcome> Ends) SubCast { get; init; } = (TimeSpan.Zero, () => new CastOutcome { Status = CastStatus.Completed });

    /// <summary>How long a provider is asked about a job until it has ended, and how.</summary>
    public (TimeSpan Takes, Func<PollOrder, AttemptOutcome> Ends) Polling { get; init; } = (TimeSpan.Zero, _ => new AttemptOutcome());

    /// <summary>What the orchestration asked for beside activities: timers, events, sub-casts.</summary>
    public IReadOnlyList<string> Asked => _asked;

    public IReadOnlyList<CastReport> Reports => _reports;

    public TimeSpan Elapsed => _now - Script.Now.UtcDateTime;

    /// <summary>The largest number of activities of the name that ran at once.</summary>
    public int MostAtOnce(string activity) => _most.GetValueOrDefault(activity);

    public SimulatedCast At(double seconds, CastAction action, string? reason = null)
    {
        Schedule(TimeSpan.FromSeconds(seconds), () => Raise(new CastControl(action, "someone", reason)));
        return this;
    }

    /// <summary>A callback comes for the attempt.</summary>
    public SimulatedCast Calls(double seconds, string step, int attempt = 1, int? item = null)
    {
        var name = JobRun.EventOf(new AttemptKey(Id, step, item, attempt));
        Schedule(TimeSpan.FromSeconds(seconds), () =>
        {
            if (_hearing.GetValueOrDefault(name) is { Count: > 0 } hearing)
            {
                hearing.Dequeue().SetResult("message");
            }
            else
            {
                _said[name] = _said.GetValueOrDefault(name) + 1;
            }
        });
        return this;
    }

    /// <summary>Runs the cast to its end, and tells how it has ended: with its outcome, or with what it threw.</summary>
    public async Task<(CastOutcome? Outcome, Exception? Thrown)> RunAsync() => await Task.Run(Run);

    (CastOutcome?, Exception?) Run()
    {
        var run = CastSpell.RunAsync(Context.Object);
        while (!run.IsCompleted && _agenda.TryDequeue(out var next, out var due))
        {
            _now = due.At > _now ? due.At : _now;
            next();
        }

        Assert.True(run.IsCompleted, "The cast waits for something that never comes.");
        Assert.Empty(_open.Values);
        Invariants.Check(_script);
        return run.IsCompletedSuccessfully ? (run.Result, null) : (null, run.Exception!.InnerException);
    }

    void Activity<T>() => Context
        .Setup(context => context.CallActivityAsync<T>(It.IsAny<TaskName>(), It.IsAny<object?>(), It.IsAny<TaskOptions?>()))
        .Returns((TaskName name, object? input, TaskOptions? options) =>
        {
            Assert.NotNull(options?.Retry?.Policy);
            var source = new TaskCompletionSource<T>();
            var id = Open(name.Name);
            _most[name.Name] = Math.Max(_most.GetValueOrDefault(name.Name), _open.Values.Count(open => open == name.Name));
            Schedule(Takes(name.Name, input!), () =>
            {
                _open.Remove(id);
                try
                {
                    var result = (T)_script.Answer(name.Name, input!)!;
                    source.SetResult(result);
                }
                catch (SimulatedFailure failure)
                {
                    source.SetException(new TaskFailedException(name.Name, id, new TaskFailureDetails(failure.ErrorType, failure.Message, null, null, null)));
                }
            });
            return source.Task;
        });

    Task Timer(DateTime due, CancellationToken cancellation)
    {
        Assert.Equal(DateTimeKind.Utc, due.Kind);
        _asked.Add(string.Create(CultureInfo.InvariantCulture, $"timer {(due - _now).TotalSeconds}"));
        var source = new TaskCompletionSource();
        var id = Open("timer");
        Schedule(due - _now, () =>
        {
            _open.Remove(id);
            source.TrySetResult();
        });
        cancellation.Register(() =>
        {
            _open.Remove(id);
            source.TrySetCanceled(cancellation);
        });
        return source.Task;
    }

    Task<CastControl> Listen()
    {
        var listener = new TaskCompletionSource<CastControl>();
        if (_unheard.TryDequeue(out var control))
        {
            listener.SetResult(control);
        }
        else
        {
            _listeners.Enqueue(listener);
        }

        return listener.Task;
    }

    Task<string> Hear(string name)
    {
        if (_said.GetValueOrDefault(name) > 0)
        {
            _said[name]--;
            return Task.FromResult("message");
        }

        var hearing = new TaskCompletionSource<string>();
        (_hearing.TryGetValue(name, out var queue) ? queue : _hearing[name] = new()).Enqueue(hearing);
        return hearing.Task;
    }

    Task<AttemptOutcome> Ask(PollOrder order, SubOrchestrationOptions options)
    {
        Assert.Equal(PollJob.IdOf(order.Attempt), options.InstanceId);
        _asked.Add($"poll {options.InstanceId}");
        var source = new TaskCompletionSource<AttemptOutcome>();
        Schedule(Polling.Takes, () => source.SetResult(Polling.Ends(order)));
        return source.Task;
    }

    void Raise(CastControl control)
    {
        if (_listeners.TryDequeue(out var listener))
        {
            listener.SetResult(control);
        }
        else
        {
            _unheard.Enqueue(control);
        }
    }

    Task<CastOutcome> Child(CastOrder order, SubOrchestrationOptions options)
    {
        Assert.Equal(order.CastId, options.InstanceId);
        _asked.Add($"cast {order.CastId}");
        var source = new TaskCompletionSource<CastOutcome>();
        var id = Open(order.CastId);
        void End()
        {
            if (!_open.Remove(id))
            {
                return;
            }

            var outcome = _asked.Contains($"send Cancel to {order.CastId}") ? new CastOutcome { Status = CastStatus.Cancelled } : SubCast.Ends();
            if (outcome.Failure is { } failure)
            {
                source.SetException(new TaskFailedException(nameof(CastSpell), id, new TaskFailureDetails(nameof(CastFailedException), failure.Message, null, null, null)));
            }
            else
            {
                source.SetResult(outcome);
            }
        }

        Schedule(SubCast.Takes, End);

        // One that is told to stop does so a second later.
        for (var second = 1; second < SubCast.Takes.TotalSeconds; second++)
        {
            Schedule(TimeSpan.FromSeconds(second), () =>
            {
                if (_asked.Contains($"send Cancel to {order.CastId}"))
                {
                    End();
                }
            });
        }

        return source.Task;
    }

    int Open(string what)
    {
        _open[++_number] = what;
        return _number;
    }

    void Schedule(TimeSpan after, Action action) => _agenda.Enqueue(action, (_now + after, ++_number));
}

/// <summary>A durable call that has failed for as long as it was retried.</summary>
sealed class SimulatedFailure(string errorType, string message) : Exception(message)
{
    public string ErrorType => errorType;
}
