using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Jobs;

/// <summary>The jobs that were started, and what moves them: the last 100,000.</summary>
sealed class JobQueue(Agenda agenda, CurrentSettings settings, CallbackFaults faults, CallbackSender sender, TimeProvider time)
{
    public const int Capacity = 100_000;

    // Another sandbox must not give the ids that this one has given, or a run that nobody knows any more would seem to be known.
    readonly string _salt = Guid.NewGuid().ToString("N");
    readonly Lock _gate = new();
    readonly Dictionary<string, Job> _jobs = [];
    readonly Dictionary<(string Shape, string Key), Job> _keys = [];
    readonly Queue<Job> _inOrder = new();
    long _order;

    public JobSettings Settings => settings.Now;

    /// <summary>
    /// Starts a job, or finds the one that was started with the same key. It moves when the request has been answered, unless it is to be
    /// early: then its callbacks are answered before the request is.
    /// </summary>
    public async Task<Job> StartAsync(HttpContext context, JobShape shape, JobStart start)
    {
        (Job job, bool isNew) = Enter(shape, start);
        if (!isNew)
        {
            context.Response.Headers["idempotent-replayed"] = "true";
            return job;
        }

        context.Response.OnCompleted(() =>
        {
            AwaitMove(job);
            return Task.CompletedTask;
        });
        if (faults.EarlyUntil(job) is { } until)
        {
            MoveUntil(job, until);
            await job.Told.WaitAsync(context.RequestAborted).ConfigureAwait(false);
        }

        return job;
    }

    /// <param name="id">The job's.</param>
    /// <param name="shape">The shape that it must have; null: any.</param>
    /// <exception cref="RefusedException">There is none.</exception>
    public Job Get(string id, JobShape? shape = null)
    {
        lock (_gate)
        {
            return _jobs.TryGetValue(id, out Job? job) && (shape is null || job.Shape == shape)
                ? job
                : throw new RefusedException(404, $"There is no job \"{id}\".", "not_found", "id");
        }
    }

    /// <summary>How many jobs of its shape were started before it and still are queued.</summary>
    public int Ahead(Job job)
    {
        lock (_gate)
        {
            return _inOrder.TakeWhile(other => other != job)
                .Count(other => other.State == JobState.Queued && other.Shape == job.Shape && !other.Forgotten);
        }
    }

    public ImmutableArray<Job> Find(Func<Job, bool> wanted)
    {
        lock (_gate)
        {
            return [.. _inOrder.Where(job => !job.Forgotten && wanted(job))];
        }
    }

    public bool Succeed(Job job, JsonNode? result = null) =>
        job.Succeed(result ?? job.Shape.ResultOf(job), time.GetUtcNow(), what => sender.Tell(job, what));

    public bool Fail(Job job, string error) => job.Fail(error, time.GetUtcNow(), what => sender.Tell(job, what));

    public bool Cancel(Job job) => job.Cancel(time.GetUtcNow(), what => sender.Tell(job, what));

    public bool Begin(Job job) => job.Begin(time.GetUtcNow(), what => sender.Tell(job, what));

    public bool Advance(Job job, double progress) => job.Advance(progress, time.GetUtcNow(), what => sender.Tell(job, what));

    /// <summary>Knows a job no more: as if the service had lost it.</summary>
    public void Forget(Job job)
    {
        lock (_gate)
        {
            if (job.Forgotten)
            {
                // Another one may have its id and its key by now.
                return;
            }

            job.Forgotten = true;
            _jobs.Remove(job.Id);
            if (job.Start.Key is { } key)
            {
                _keys.Remove((job.Shape.Name, key));
            }
        }
    }

    public void ForgetAll()
    {
        foreach (Job job in Find(_ => true))
        {
            Forget(job);
        }

        lock (_gate)
        {
            _inOrder.Clear();
        }
    }

    (Job Job, bool IsNew) Enter(JobShape shape, JobStart start)
    {
        lock (_gate)
        {
            if (start.Key is { } known && _keys.TryGetValue((shape.Name, known), out Job? started))
            {
                started.StartedAgain();
                return (started, false);
            }

            long order = ++_order;
            string madeFrom = start.Key is { } key ? $"{shape.Name} key {key}" : string.Create(CultureInfo.InvariantCulture, $"{_salt} {order}");
            string id = shape.NewId(SHA256.HashData(Encoding.UTF8.GetBytes(madeFrom)).AsSpan(0, 16));
            var job = new Job(shape, id, order, start, time.GetUtcNow());
            _jobs[id] = job;
            _inOrder.Enqueue(job);
            if (start.Key is { } used)
            {
                _keys[(shape.Name, used)] = job;
            }

            if (_inOrder.Count > Capacity)
            {
                Forget(_inOrder.Dequeue());
            }

            return (job, true);
        }
    }

    /// <summary>The next move of a job that moves by itself: the first starts it, the last ends it, and those between tell its progress.</summary>
    void AwaitMove(Job job)
    {
        if (!job.Start.Plan.Manual && !job.Ended && !job.Forgotten)
        {
            double part = (job.Moves + 1.0) / (job.Start.Plan.Steps + 2);
            DateTimeOffset due = job.CreatedAt.AddSeconds(job.Start.Plan.Seconds * part);
            agenda.In(due - time.GetUtcNow(), () =>
            {
                if (!job.Ended && !job.Forgotten)
                {
                    Move(job);
                    AwaitMove(job);
                }
            });
        }
    }

    void Move(Job job)
    {
        JobPlan plan = job.Start.Plan;
        job.Moves++;
        if (job.Moves == 1)
        {
            Begin(job);
        }
        else if (job.Moves <= plan.Steps + 1)
        {
            Advance(job, (job.Moves - 1.0) / (plan.Steps + 1));
        }
        else if (plan.Fail is { } error)
        {
            Fail(job, error);
        }
        else
        {
            Succeed(job);
        }
    }

    void MoveUntil(Job job, JobEvent until)
    {
        int moves = until switch
        {
            JobEvent.Started => 1,
            JobEvent.Progress => 2,
            _ => job.Start.Plan.Steps + 2,
        };
        while (job.Moves < moves && !job.Ended)
        {
            Move(job);
        }
    }
}
