using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grimoire.Casts;

/// <summary>What the attempts of a cast wait for from outside: jobs that have not ended, and questions that nobody has answered. A fold over its journal.</summary>
sealed class OpenWaits
{
    readonly Dictionary<(string Step, int? Item, int Attempt), OpenWait> _begun = [];
    readonly List<(string Step, int? Item, int Attempt)> _order = [];
    readonly HashSet<(string Step, int? Item, int Attempt)> _over = [];
    readonly HashSet<string> _ended = [];
    bool _isOver;

    /// <summary>In the order in which they began.</summary>
    public IEnumerable<OpenWait> All => _isOver ? [] : _order.Where(key => !_over.Contains(key) && !_ended.Contains(key.Step)).Select(key => _begun[key]);

    /// <summary>What has been over before it was heard that it began stays over.</summary>
    public void Add(CastEvent e)
    {
        if (e.Type is CastEvents.CastCompleted or CastEvents.CastFailed or CastEvents.CastCancelled)
        {
            _isOver = true;
        }

        if (e.Step is not { } step)
        {
            return;
        }

        var key = (step, e.Item, e.Attempt ?? 0);
        switch (e.Type)
        {
            case CastEvents.JobStarted or CastEvents.ApprovalRequested when !_begun.ContainsKey(key):
                _begun[key] = new OpenWait(step, e.Attempt ?? 0, e.At, WaitOf(e));
                _order.Add(key);
                break;
            case CastEvents.JobProgress when _begun.TryGetValue(key, out var wait):
                _begun[key] = wait with { Wait = wait.Wait with { State = (string?)e.Data?["state"], Progress = (double?)e.Data?["progress"] } };
                break;
            case CastEvents.ApprovalAnswered or CastEvents.AttemptCompleted or CastEvents.AttemptFailed or CastEvents.AttemptLost or CastEvents.AttemptCancelled:
                _over.Add(key);
                break;
            case CastEvents.StepCompleted or CastEvents.StepFailed or CastEvents.StepCancelled:
                _ended.Add(step);
                break;
        }
    }

    static StepWait WaitOf(CastEvent e) => new(e.Type == CastEvents.JobStarted ? StepWait.Job : StepWait.Approval, Read(e.Data?["until"]) ?? e.At)
    {
        Item = e.Item,
        RunId = (string?)e.Data?["runId"],
        Question = (string?)e.Data?["question"],
    };

    static DateTimeOffset? Read(JsonNode? time) => time.Deserialize<DateTimeOffset?>(DomainJson.Options);
}

/// <param name="Since">When it began.</param>
sealed record OpenWait(string Step, int Attempt, DateTimeOffset Since, StepWait Wait);

/// <summary>A step waits for a job, or for a person's answer.</summary>
/// <param name="For">"job" or "approval".</param>
/// <param name="Until">Then it is over.</param>
public sealed record StepWait(string For, DateTimeOffset Until)
{
    public const string Job = "job";
    public const string Approval = "approval";

    /// <summary>Of a step with forEach: which element waits.</summary>
    public int? Item { get; init; }

    /// <summary>The provider's id of the job.</summary>
    public string? RunId { get; init; }

    /// <summary>What the provider says of the job.</summary>
    public string? State { get; init; }

    /// <summary>From 0 to 1.</summary>
    public double? Progress { get; init; }

    /// <summary>What a person is asked.</summary>
    public string? Question { get; init; }
}
