using System.Collections.Immutable;
using System.Text;

namespace Grimoire.Sandbox.Jobs;

/// <summary>The callbacks that there were to send, in the order in which they came about: the last 20,000.</summary>
sealed class CallbackLog
{
    public const int Capacity = 20_000;

    readonly Lock _gate = new();
    readonly Queue<SentCallback> _callbacks = new();
    long _order;

    public SentCallback Add(Job job, JobEvent what, CallbackMessage message, int copy, bool once, IReadOnlyList<string> faults)
    {
        lock (_gate)
        {
            var callback = new SentCallback(++_order, job, what, message, copy, once, faults);
            _callbacks.Enqueue(callback);
            if (_callbacks.Count > Capacity)
            {
                _callbacks.Dequeue();
            }

            return callback;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _callbacks.Clear();
        }
    }

    public ImmutableArray<SentCallback> Find(Func<SentCallback, bool> wanted)
    {
        lock (_gate)
        {
            return [.. _callbacks.Where(wanted)];
        }
    }
}

/// <summary>A callback, and how its receiver answered each time.</summary>
sealed class SentCallback(long order, Job job, JobEvent what, CallbackMessage message, int copy, bool once, IReadOnlyList<string> faults)
{
    const int MostShown = 16 * 1024;

    ImmutableArray<CallbackTry> _tries = [];
    volatile string _state = "waiting";

    public Job Job => job;

    public CallbackMessage Message => message;

    /// <summary>It is not sent again, whatever the answer.</summary>
    public bool Once => once;

    public int Tries => _tries.Length;

    public string State
    {
        get => _state;
        set => _state = value;
    }

    public void Tried(CallbackTry attempt) => ImmutableInterlocked.Update(ref _tries, tries => tries.Add(attempt));

    public bool Matches(string? jobId, string? shape, string? about, string? url, string? key) =>
        (jobId is null || jobId == job.Id)
        && (shape is null || shape == job.Shape.Name)
        && (about is null || about == EventNames.Of(what))
        && Wildcard.Matches(url, message.Url.AbsoluteUri)
        && (key is null || Wildcard.Matches(key, job.Start.Key));

    public CallbackReport Report()
    {
        string body = message.Body.Length > MostShown ? message.Body[..MostShown] : message.Body;
        return new CallbackReport(
            order, message.Id, job.Id, job.Shape.Name, EventNames.Of(what), job.Start.Key, message.Url.AbsoluteUri, copy, faults, _state,
            body, Encoding.UTF8.GetByteCount(message.Body), _tries);
    }
}

/// <summary>One time that a callback was sent.</summary>
/// <param name="At">When.</param>
/// <param name="Headers">With which headers, those of HTTP itself apart.</param>
/// <param name="Status">The status of the answer; null: there was none.</param>
/// <param name="Answer">The start of its body.</param>
/// <param name="Error">Why there was no answer.</param>
sealed record CallbackTry(DateTimeOffset At, IReadOnlyDictionary<string, string> Headers, int? Status, string? Answer, string? Error);

/// <summary>A callback, for those who ask.</summary>
/// <param name="Order">Its place among all.</param>
/// <param name="Id">The same for all tries and copies.</param>
/// <param name="Job">The job's id.</param>
/// <param name="Shape">The job's shape.</param>
/// <param name="Event">What it is about.</param>
/// <param name="Key">The Idempotency-Key of the job.</param>
/// <param name="Url">Where it goes.</param>
/// <param name="Copy">0 for the first, and counting for those that a fault sends besides.</param>
/// <param name="Faults">The faults that have struck it.</param>
/// <param name="State">waiting, delivered, retrying, gaveUp, dropped or held.</param>
/// <param name="Body">The first 16 Ki characters of what was sent.</param>
/// <param name="BodyBytes">How long it was.</param>
/// <param name="Tries">Each time that it was sent.</param>
sealed record CallbackReport(
    long Order, string Id, string Job, string Shape, string Event, string? Key, string Url, int Copy, IReadOnlyList<string> Faults, string State,
    string Body, int BodyBytes, IReadOnlyList<CallbackTry> Tries);
