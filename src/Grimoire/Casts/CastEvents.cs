using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grimoire.Casts;

/// <summary>Every kind of event, and the id that makes it unique within its cast.</summary>
public static class CastEvents
{
    public const string CastCreated = "cast.created";
    public const string CastStarted = "cast.started";
    public const string CastPaused = "cast.paused";
    public const string CastResumed = "cast.resumed";
    public const string CastCompleted = "cast.completed";
    public const string CastFailed = "cast.failed";
    public const string CastCancelled = "cast.cancelled";
    public const string StepStarted = "step.started";
    public const string StepSkipped = "step.skipped";
    public const string StepReused = "step.reused";
    public const string ItemReused = "item.reused";
    public const string StepCompleted = "step.completed";
    public const string StepFailed = "step.failed";
    public const string StepCancelled = "step.cancelled";
    public const string AttemptStarted = "attempt.started";
    public const string AttemptRetrying = "attempt.retrying";

    /// <summary>Its tool is left alone for a while, and it waits for that to be over.</summary>
    public const string AttemptHeld = "attempt.held";
    public const string AttemptFailed = "attempt.failed";
    public const string AttemptLost = "attempt.lost";
    public const string AttemptCompleted = "attempt.completed";
    public const string AttemptCancelled = "attempt.cancelled";

    /// <summary>It was taken for lost, and has ended after all: its result is not used, what it has cost counts.</summary>
    public const string AttemptLate = "attempt.late";
    public const string JobStarted = "job.started";
    public const string JobProgress = "job.progress";
    public const string JobCallback = "job.callback";
    public const string JobCancelled = "job.cancelled";
    public const string ApprovalRequested = "approval.requested";
    public const string ApprovalAnswered = "approval.answered";
    public const string LlmUsage = "llm.usage";
    public const string ArtifactStored = "artifact.stored";
    public const string BudgetExceeded = "budget.exceeded";
    public const string StorageIncident = "storage.incident";
    public const string NotificationSent = "notification.sent";
    public const string NotificationFailed = "notification.failed";

    /// <summary>It was done again, as another cast.</summary>
    public const string CastRedriven = "cast.redriven";

    /// <summary>It has failed, and somebody says that nothing more is to be done about it.</summary>
    public const string CastDiscarded = "cast.discarded";

    /// <summary>What it has made is kept no longer.</summary>
    public const string ArtifactsRemoved = "artifacts.removed";

    /// <summary>Every type of events.</summary>
    public static IReadOnlyList<string> Types { get; } =
    [
        CastCreated, CastStarted, CastPaused, CastResumed, CastCompleted, CastFailed, CastCancelled,
        StepStarted, StepSkipped, StepReused, ItemReused, StepCompleted, StepFailed, StepCancelled,
        AttemptStarted, AttemptRetrying, AttemptHeld, AttemptFailed, AttemptLost, AttemptCompleted, AttemptCancelled, AttemptLate,
        JobStarted, JobProgress, JobCallback, JobCancelled, ApprovalRequested, ApprovalAnswered,
        LlmUsage, ArtifactStored, BudgetExceeded, StorageIncident, NotificationSent, NotificationFailed,
        CastRedriven, CastDiscarded, ArtifactsRemoved,
    ];

    /// <summary>The cast has ended.</summary>
    public static bool IsEnd(string type) => type is CastCompleted or CastFailed or CastCancelled;

    /// <summary>It tells of a message about another event.</summary>
    public static bool IsOfNotification(string type) => type is NotificationSent or NotificationFailed;

    /// <summary>It tells what became of a cast that had ended: nobody is sent it.</summary>
    public static bool IsOfAfterwards(string type) => type is CastRedriven or CastDiscarded or ArtifactsRemoved;

    public static CastEvent Created(CastManifest manifest) => new(CastCreated, CastCreated, manifest.CreatedAt)
    {
        Data = Json(new { manifest.Account, Spell = manifest.Spell.Slug, Version = manifest.SpellVersion, manifest.Parent, manifest.Cook, RedriveOf = manifest.Redrive?.CastId, manifest.Goal }),
    };

    public static CastEvent Started(DateTimeOffset at, int steps) => new(CastStarted, CastStarted, at) { Data = Json(new { steps }) };

    /// <param name="type">Paused or resumed.</param>
    /// <param name="at">When.</param>
    /// <param name="occurrence">It may happen more than once: the how manyeth.</param>
    /// <param name="by">Who asked for it.</param>
    /// <param name="reason">Why.</param>
    public static CastEvent Turned(string type, DateTimeOffset at, int occurrence, string? by, string? reason) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{type}:{occurrence}"), type, at) { Data = Json(new { by, reason }) };

    /// <param name="type">Completed, failed or cancelled: a cast ends once.</param>
    /// <param name="at">When.</param>
    /// <param name="costUsd">What it has cost.</param>
    /// <param name="failure">Why, if it failed.</param>
    /// <param name="reason">Why, if it was cancelled.</param>
    public static CastEvent Ended(string type, DateTimeOffset at, decimal costUsd, Failure? failure = null, string? reason = null) =>
        new("cast.ended", type, at) { Data = Json(new { costUsd, failure, reason }) };

    /// <param name="again">The new cast.</param>
    /// <param name="at">When.</param>
    public static CastEvent Redriven(string again, DateTimeOffset at) => new($"{CastRedriven}:{again}", CastRedriven, at) { Data = Json(new { CastId = again }) };

    /// <summary>It happens once: whoever says so first is believed.</summary>
    /// <param name="at">When.</param>
    /// <param name="by">Who; null if nobody was asked who they are.</param>
    /// <param name="reason">Why.</param>
    public static CastEvent Discarded(DateTimeOffset at, string? by, string? reason) => new(CastDiscarded, CastDiscarded, at) { Data = Json(new { by, reason }) };

    public static CastEvent WithoutArtifacts(DateTimeOffset at, int count, long bytes) => new(ArtifactsRemoved, ArtifactsRemoved, at) { Data = Json(new { count, bytes }) };

    public static CastEvent Step(string type, string step, DateTimeOffset at, object? data = null) =>
        // That it started, and that it ended, each happen once: whoever says so first is believed.
        new($"{(type == StepStarted ? StepStarted : "step.ended")}:{step}", type, at) { Step = step, Data = data is null ? null : Json(data) };

    /// <summary>Of one element of a forEach that is not run.</summary>
    public static CastEvent Item(string type, string step, int item, DateTimeOffset at, object data) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{type}:{step}[{item}]"), type, at) { Step = step, Item = item, Data = Json(data) };

    public static CastEvent Attempt(string type, AttemptKey key, DateTimeOffset at, object? data = null, string? suffix = null) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{type}:{key.Place}:{key.Number}{suffix}"), type, at)
        {
            Step = key.Step,
            Item = key.Item,
            Attempt = key.Number,
            Data = data is null ? null : Json(data),
        };

    /// <summary>What has become of a message about an event: it is either sent or given up.</summary>
    public static CastEvent Notified(string type, string messageId, DateTimeOffset at, object data) => new(NotifiedId(messageId), type, at) { Data = Json(data) };

    public static string NotifiedId(string messageId) => $"notification:{messageId}";

    /// <summary>What a job says of itself: told once for each thing that it says.</summary>
    public static CastEvent Progress(AttemptKey key, DateTimeOffset at, string state, double? progress) => Attempt(
        JobProgress, key, at, new { state, progress }, string.Create(CultureInfo.InvariantCulture, $":{state}:{progress}"));

    /// <summary>Everything that an attempt that has ended has to say, in order. The same however often it is asked.</summary>
    /// <param name="record">Of the attempt.</param>
    /// <param name="endsStep">Its success is the step's.</param>
    public static IEnumerable<CastEvent> Of(AttemptRecord record, bool endsStep)
    {
        var at = record.EndedAt ?? record.StartedAt;
        foreach (var e in Begun(record))
        {
            yield return e;
        }

        if (record.Job is { } job)
        {
            yield return job.Question is { } question
                ? Attempt(ApprovalRequested, record.Key, job.StartedAt, new { question, job.Wait.Until })
                : Attempt(JobStarted, record.Key, job.StartedAt, new { job.RunId, job.Wait.Until, Unsure = job.IsUnsure ? true : (bool?)null });
        }

        for (var i = 0; i < record.Usage.Count; i++)
        {
            yield return Attempt(LlmUsage, record.Key, at, record.Usage[i], string.Create(CultureInfo.InvariantCulture, $":{i + 1}"));
        }

        // What came late is not used.
        foreach (var artifact in record.IsLate ? [] : record.Artifacts)
        {
            yield return Attempt(ArtifactStored, record.Key, at, artifact, $":{artifact.Artifact}");
        }

        // What came late is told by an event of its own, for the one of the end has been written long since.
        var costUsd = record.IsLate ? 0 : record.CostUsd;
        switch (record.Status)
        {
            case AttemptStatus.Failed:
                yield return Attempt(AttemptFailed, record.Key, at, new { record.Failure, CostUsd = costUsd });
                break;
            case AttemptStatus.Lost:
                yield return Attempt(AttemptLost, record.Key, at, new { record.Failure, CostUsd = costUsd });
                break;
            case AttemptStatus.Cancelled:
                yield return Attempt(AttemptCancelled, record.Key, at, new { CostUsd = costUsd });
                break;
            case AttemptStatus.Succeeded when endsStep:
                yield return Step(StepCompleted, record.Step, at, new { record.CostUsd, Attempt = record.Attempt, Warnings = NoneIsNull(record.Warnings) });
                break;
            case AttemptStatus.Succeeded:
                yield return Attempt(AttemptCompleted, record.Key, at, new { record.CostUsd, Warnings = NoneIsNull(record.Warnings) });
                break;
        }

        if (record.IsLate)
        {
            yield return Attempt(AttemptLate, record.Key, at, new { record.CostUsd, record.Artifacts });
        }
    }

    /// <summary>What the begin of an attempt has to say: the first of a step begins the step.</summary>
    public static IEnumerable<CastEvent> Begun(AttemptRecord record)
    {
        yield return Step(StepStarted, record.Step, record.StartedAt, new { record.Tool });
        yield return Attempt(AttemptStarted, record.Key, record.StartedAt, new { record.Tool });
    }

    static IReadOnlyList<string>? NoneIsNull(IReadOnlyList<string> list) => list.Count == 0 ? null : list;

    static JsonObject Json(object data) => JsonSerializer.SerializeToNode(data, DomainJson.Options)!.AsObject();
}
