using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Grimoire.Sandbox.Jobs;

/// <summary>How far a job is. All from <see cref="Succeeded"/> on are ends.</summary>
enum JobState
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>What a callback can be about.</summary>
enum JobEvent
{
    Started,
    Progress,
    Output,
    Completed,
}

/// <summary>What a job was started with.</summary>
/// <param name="Path">The path of the request.</param>
/// <param name="Key">Its Idempotency-Key.</param>
/// <param name="Origin">Where the sandbox was called, such as http://127.0.0.1:7072: what the job's URLs start with.</param>
/// <param name="Request">Its body.</param>
/// <param name="Input">The part of it that the job is about.</param>
/// <param name="Plan">How the job will go.</param>
/// <param name="Callback">Where its callbacks go; null: nowhere.</param>
/// <param name="Events">What it calls back about.</param>
sealed record JobStart(
    string Path, string? Key, string Origin, JsonObject Request, JsonObject Input, JobPlan Plan, Uri? Callback, ImmutableHashSet<JobEvent> Events)
{
    /// <summary>The body as compact JSON.</summary>
    public string Body { get; } = Request.ToJsonString(SandboxJson.Options);
}

/// <summary>A piece of work that takes a while. It only moves forward, and each move is told while its state is what the move made it.</summary>
sealed class Job(JobShape shape, string id, long order, JobStart start, DateTimeOffset createdAt)
{
    readonly Lock _gate = new();
    readonly List<Func<Task>> _held = [];
    int _starts = 1;

    public JobShape Shape => shape;

    public string Id => id;

    /// <summary>1 for the first since the sandbox was started.</summary>
    public long Order => order;

    public JobStart Start => start;

    public DateTimeOffset CreatedAt => createdAt;

    public JobState State { get; private set; }

    public double Progress { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    public JsonNode? Result { get; private set; }

    public string? Error { get; private set; }

    /// <summary>How many moves it has made by itself.</summary>
    public int Moves { get; set; }

    /// <summary>The sandbox knows it no more; what still waits for its time does nothing.</summary>
    public bool Forgotten { get; set; }

    /// <summary>How often it was started: more than once with the same key. It is charged once.</summary>
    public int Starts => _starts;

    public bool Ended => State >= JobState.Succeeded;

    /// <summary>Ends when the callbacks until now have been answered for the first time, those apart that are late on purpose.</summary>
    public Task Told { get; private set; } = Task.CompletedTask;

    public void StartedAgain() => Interlocked.Increment(ref _starts);

    /// <summary>Reads it while it does not move.</summary>
    public T Look<T>(Func<T> look)
    {
        lock (_gate)
        {
            return look();
        }
    }

    public bool Begin(DateTimeOffset at, Action<JobEvent> tell)
    {
        lock (_gate)
        {
            if (State != JobState.Queued)
            {
                return false;
            }

            State = JobState.Running;
            StartedAt = at;
            tell(JobEvent.Started);
            return true;
        }
    }

    public bool Advance(double progress, DateTimeOffset at, Action<JobEvent> tell)
    {
        lock (_gate)
        {
            if (Ended)
            {
                return false;
            }

            Begin(at, tell);
            Progress = progress;
            tell(JobEvent.Progress);
            return true;
        }
    }

    public bool Succeed(JsonNode result, DateTimeOffset at, Action<JobEvent> tell)
    {
        lock (_gate)
        {
            if (Ended)
            {
                return false;
            }

            Begin(at, tell);
            Progress = 1;
            Result = result;
            tell(JobEvent.Output);
            End(JobState.Succeeded, at, tell);
            return true;
        }
    }

    public bool Fail(string error, DateTimeOffset at, Action<JobEvent> tell)
    {
        lock (_gate)
        {
            if (Ended)
            {
                return false;
            }

            Begin(at, tell);
            Error = error;
            End(JobState.Failed, at, tell);
            return true;
        }
    }

    public bool Cancel(DateTimeOffset at, Action<JobEvent> tell)
    {
        lock (_gate)
        {
            if (Ended)
            {
                return false;
            }

            End(JobState.Cancelled, at, tell);
            return true;
        }
    }

    /// <summary>Sends after all that is sent before.</summary>
    public void Then(Func<Task> send)
    {
        lock (_gate)
        {
            Told = After(Told, send);
        }
    }

    /// <summary>Sends when the job has ended and that has been told.</summary>
    /// <returns>Whether that is still to come; if not, it is sent after all that is sent before.</returns>
    public bool Hold(Func<Task> send)
    {
        lock (_gate)
        {
            if (Ended)
            {
                Then(send);
                return false;
            }

            _held.Add(send);
            return true;
        }
    }

    void End(JobState state, DateTimeOffset at, Action<JobEvent> tell)
    {
        State = state;
        EndedAt = at;
        tell(JobEvent.Completed);
        for (int i = _held.Count - 1; i >= 0; i--)
        {
            Then(_held[i]);
        }

        _held.Clear();
    }

    static async Task After(Task before, Func<Task> send)
    {
        // Never on the thread that moves the job and holds its lock.
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await send().ConfigureAwait(false);
    }
}
