using System.Text.Json;
using System.Text.Json.Serialization;
using Grimoire.Sandbox.Faults;
using Grimoire.Sandbox.Requests;

namespace Grimoire.Sandbox.Jobs;

/// <summary>A fault of callbacks that is switched on: which of them it strikes, and how often.</summary>
sealed record CallbackFaultRule : CallbackFault
{
    /// <summary>Its name; setting a rule again under its name replaces it. Given by the sandbox if not said.</summary>
    public string? Id { get; init; }

    /// <summary>The path of the request that started the job, or the start of one and an asterisk.</summary>
    public string? Path { get; init; }

    /// <summary>What the body of that request contains, as compact JSON.</summary>
    public string? Body { get; init; }

    /// <summary>The Idempotency-Key of that request, or the start of one and an asterisk.</summary>
    public string? Key { get; init; }

    /// <summary>Where the callback goes, or the start of it and an asterisk.</summary>
    public string? Url { get; init; }

    /// <summary>What the callback is about.</summary>
    public string? Event { get; init; }

    public int Skip { get; init; }

    public int? Times { get; init; }

    public double? Probability { get; init; }

    public long Seed { get; init; }

    /// <summary>Members that a rule does not have.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; init; }

    [JsonIgnore]
    public Occasions Occasions => new(Skip, Times, Probability, Seed);

    /// <summary>Until which event an early job runs.</summary>
    [JsonIgnore]
    public JobEvent EarlyUntil => Event is null ? JobEvent.Completed : EventNames.Parse("event", Event);

    /// <exception cref="RefusedException">It cannot be a rule.</exception>
    public void CheckRule()
    {
        Require.Known("A callback fault", Unknown);
        Check();
        Occasions.Check();
        if (Event is not null)
        {
            EventNames.Parse("event", Event);
        }
    }

    public bool Concerns(Job job) =>
        Wildcard.Matches(Path, job.Start.Path)
        && (Body is null || job.Start.Body.Contains(Body, StringComparison.Ordinal))
        && (Key is null || Wildcard.Matches(Key, job.Start.Key))
        && Wildcard.Matches(Url, job.Start.Callback?.AbsoluteUri);
}

/// <summary>The faults of callbacks that are switched on.</summary>
sealed class CallbackFaults() : SwitchedRules<CallbackFaultRule>("callback-fault")
{
    /// <summary>Switches one on; the one of the same name ends.</summary>
    public RuleState<CallbackFaultRule> Set(CallbackFaultRule rule) => Switch(rule.Id, rule with { Id = null }, rule.Occasions);

    /// <summary>Until which event a job is to run before its start is answered; null: not at all.</summary>
    public JobEvent? EarlyUntil(Job job) => Switched
        .FirstOrDefault(fault => fault.Rule.Kind == CallbackFault.Early && fault.Rule.Concerns(job) && fault.Count.Take())?.Rule.EarlyUntil;

    /// <summary>What becomes of a delivery: all faults that match it and decide to strike do so, in the order in which they were set.</summary>
    public CallbackDelivery Strike(CallbackDelivery delivery, Job job, JobEvent what)
    {
        string name = EventNames.Of(what);
        foreach (SwitchedRule<CallbackFaultRule> fault in Switched)
        {
            CallbackFaultRule rule = fault.Rule;
            if (rule.Kind != CallbackFault.Early && (rule.Event is null || rule.Event == name) && rule.Concerns(job) && fault.Count.Take())
            {
                delivery = rule.Strike(delivery, job);
            }
        }

        return delivery;
    }
}

/// <summary>What the events are called in <c>/control</c> and by the plain service.</summary>
static class EventNames
{
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<JobEvent>().Select(Of)];

    public static string Of(JobEvent what) => what switch
    {
        JobEvent.Started => "started",
        JobEvent.Progress => "progress",
        JobEvent.Output => "output",
        _ => "completed",
    };

    public static JobEvent Parse(string member, string name)
    {
        Require.OneOf(member, name, All);
        return Enum.GetValues<JobEvent>().Single(what => Of(what) == name);
    }
}
