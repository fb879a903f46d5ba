using System.Text.Json;

namespace Grimoire.Tests.Shared;

/// <summary>How jobs run that do not say it themselves, and how callbacks are signed and sent. docs/sandbox.md explains the members.</summary>
sealed record SandboxSettings
{
    public bool Manual { get; init; }

    public double Seconds { get; init; } = 2;

    public int Steps { get; init; } = 2;

    public decimal CostUsd { get; init; } = 0.02m;

    public int Retries { get; init; } = 10;

    public double RetryWithinSeconds { get; init; } = 72;

    public int TimeoutMs { get; init; } = 15_000;

    public IReadOnlyList<string> WebhookSecrets { get; init; } = ["whsec_c2FuZGJveC13ZWJob29rLXNlY3JldA=="];

    public string HmacSecret { get; init; } = "sandbox-hmac-secret";
}

/// <summary>The jobs that were started: how many, how often, and what was paid for them.</summary>
sealed record SandboxJobList(int Count, int Starts, decimal TotalUsd, IReadOnlyDictionary<string, int> States, IReadOnlyList<SandboxJob> Jobs);

/// <summary>A job, whatever its shape. It was charged once, however often it was started.</summary>
sealed record SandboxJob(
    long Order, string Id, string Shape, string Path, string? Key, string State, double Progress, int Starts, decimal CostUsd, string? CallbackUrl,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, string? Error, JsonElement Request, JsonElement? Result);

/// <summary>A fault of callbacks: which of them it strikes, how often, and what happens to them. docs/sandbox.md explains the members.</summary>
sealed record SandboxCallbackFault(string Kind)
{
    public string? Id { get; init; }

    public string? Path { get; init; }

    public string? Body { get; init; }

    public string? Key { get; init; }

    public string? Url { get; init; }

    public string? Event { get; init; }

    public int Skip { get; init; }

    public int? Times { get; init; }

    public double? Probability { get; init; }

    public long Seed { get; init; }

    public int? Ms { get; init; }

    public int Copies { get; init; } = 1;

    public string How { get; init; } = "garbage";

    public string? RunId { get; init; }

    public int Seconds { get; init; } = 3600;

    public long Bytes { get; init; } = 10 * 1024 * 1024;

    public bool Extra { get; init; }
}

/// <summary>A fault of callbacks that is switched on, how many it has decided on, how many it has struck, and how many more it will.</summary>
sealed record SandboxCallbackFaultState(string Id, SandboxCallbackFault Rule, long Matched, long Failed, long? Left);

/// <summary>The callbacks that there were to send: how many, and the last of them.</summary>
sealed record SandboxCallbacks(int Count, IReadOnlyList<SandboxCallback> Callbacks);

/// <summary>A callback; its state is waiting, delivered, retrying, gaveUp, dropped or held.</summary>
sealed record SandboxCallback(
    long Order, string Id, string Job, string Shape, string Event, string? Key, string Url, int Copy, IReadOnlyList<string> Faults, string State,
    string Body, int BodyBytes, IReadOnlyList<SandboxCallbackTry> Tries);

/// <summary>One time that a callback was sent; the status is null if there was no answer.</summary>
sealed record SandboxCallbackTry(DateTimeOffset At, IReadOnlyDictionary<string, string> Headers, int? Status, string? Answer, string? Error);

/// <summary>What was sent to an inbox: how many messages, and the last of them.</summary>
sealed record SandboxInbox(long Count, IReadOnlyList<SandboxMessage> Messages);

/// <summary>A message as it came; its headers have names in small letters.</summary>
sealed record SandboxMessage(long Order, DateTimeOffset At, string Query, IReadOnlyDictionary<string, string> Headers, string? Body, string? Base64);

/// <summary>The jobs of a sandbox and their callbacks.</summary>
sealed class SandboxJobs(HttpClient http)
{
    /// <summary>The jobs, and what was paid for them.</summary>
    /// <param name="shape">replicate, comfydeploy, fal or plain.</param>
    /// <param name="path">The path of the start, or the beginning of one and an asterisk.</param>
    /// <param name="key">Its Idempotency-Key, or the beginning of one and an asterisk.</param>
    /// <param name="state">queued, running, succeeded, failed or cancelled.</param>
    /// <param name="body">What the body of the start contains.</param>
    /// <param name="take">How many of the last jobs are listed; all are counted.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public Task<SandboxJobList> ListAsync(
        string? shape = null, string? path = null, string? key = null, string? state = null, string? body = null, int take = 1000,
        CancellationToken cancellation = default) =>
        http.GetControlAsync<SandboxJobList>(
            SandboxHttp.Query("control/jobs", take, ("shape", shape), ("path", path), ("key", key), ("state", state), ("body", body)), cancellation);

    public Task<SandboxJob> GetAsync(string id, CancellationToken cancellation = default) =>
        http.GetControlAsync<SandboxJob>($"control/jobs/{id}", cancellation);

    /// <summary>Lets it run. Like all that moves a job: ends when the callbacks of that have been answered.</summary>
    public Task<SandboxJob> BeginAsync(string id, CancellationToken cancellation = default) => MoveAsync(id, "start", new { }, cancellation);

    public Task<SandboxJob> ProgressAsync(string id, double progress, CancellationToken cancellation = default) =>
        MoveAsync(id, "progress", new { progress }, cancellation);

    public Task<SandboxJob> CompleteAsync(string id, object? result = null, CancellationToken cancellation = default) =>
        MoveAsync(id, "complete", new { result }, cancellation);

    /// <summary>Lets all jobs succeed that match and have not ended, and does not wait for their callbacks.</summary>
    /// <returns>How many.</returns>
    public async Task<int> CompleteAllAsync(string? shape = null, string? path = null, string? key = null, string? body = null, CancellationToken cancellation = default)
    {
        string query = SandboxHttp.Query("control/jobs/complete", 0, ("shape", shape), ("path", path), ("key", key), ("body", body));
        return (await http.PostControlAsync<Completions>(query, new { }, cancellation)).Completed;
    }

    public Task<SandboxJob> FailAsync(string id, string? error = null, CancellationToken cancellation = default) =>
        MoveAsync(id, "fail", new { error }, cancellation);

    public Task<SandboxJob> CancelAsync(string id, CancellationToken cancellation = default) => MoveAsync(id, "cancel", new { }, cancellation);

    /// <summary>Sends a callback now, about its state or an event, with a fault if one is given; ends when it has been answered.</summary>
    public Task<SandboxCallback> CallBackAsync(
        string id, string? about = null, SandboxCallbackFault? fault = null, CancellationToken cancellation = default) =>
        http.PostControlAsync<SandboxCallback>($"control/jobs/{id}/callback", new Dictionary<string, object?> { ["event"] = about, ["fault"] = fault }, cancellation);

    /// <summary>Lets the service lose a job: it is not found any more, moves no more and calls back no more.</summary>
    public Task ForgetAsync(string id, CancellationToken cancellation = default) => http.DeleteControlAsync($"control/jobs/{id}", cancellation);

    /// <summary>Forgets all jobs, those of other tests too.</summary>
    public Task ForgetAllAsync(CancellationToken cancellation = default) => http.DeleteControlAsync("control/jobs", cancellation);

    public Task<SandboxSettings> SettingsAsync(CancellationToken cancellation = default) =>
        http.GetControlAsync<SandboxSettings>("control/settings", cancellation);

    /// <summary>Sets all settings, for other tests too.</summary>
    public Task<SandboxSettings> SetSettingsAsync(SandboxSettings settings, CancellationToken cancellation = default) =>
        http.PutControlAsync<SandboxSettings>("control/settings", settings, cancellation);

    /// <summary>Switches a fault of callbacks on. Give it a key, URL or part of the start's body to match, and no parallel test is disturbed.</summary>
    public Task<SandboxCallbackFaultState> SetCallbackFaultAsync(SandboxCallbackFault fault, CancellationToken cancellation = default) =>
        http.PutControlAsync<SandboxCallbackFaultState>("control/callbacks/faults", fault, cancellation);

    public async Task<IReadOnlyList<SandboxCallbackFaultState>> CallbackFaultsAsync(CancellationToken cancellation = default) =>
        (await http.GetControlAsync<Switched>("control/callbacks/faults", cancellation)).Faults;

    public Task RemoveCallbackFaultAsync(string id, CancellationToken cancellation = default) =>
        http.DeleteControlAsync($"control/callbacks/faults/{Uri.EscapeDataString(id)}", cancellation);

    /// <summary>Switches all faults of callbacks off, those of other tests too.</summary>
    public Task ClearCallbackFaultsAsync(CancellationToken cancellation = default) => http.DeleteControlAsync("control/callbacks/faults", cancellation);

    /// <summary>The callbacks, and how they were answered.</summary>
    public Task<SandboxCallbacks> CallbacksAsync(
        string? job = null, string? shape = null, string? about = null, string? url = null, string? key = null, int take = 1000,
        CancellationToken cancellation = default) =>
        http.GetControlAsync<SandboxCallbacks>(
            SandboxHttp.Query("control/callbacks", take, ("job", job), ("shape", shape), ("event", about), ("url", url), ("key", key)), cancellation);

    /// <summary>Where to send what <see cref="InboxAsync"/> shows.</summary>
    public Uri InboxUrl(string name) => new(http.BaseAddress!, $"inbox/{name}");

    public Task<SandboxInbox> InboxAsync(string name, int take = 1000, CancellationToken cancellation = default) =>
        http.GetControlAsync<SandboxInbox>(SandboxHttp.Query($"control/inbox/{name}", take), cancellation);

    public Task EmptyInboxAsync(string name, CancellationToken cancellation = default) => http.DeleteControlAsync($"control/inbox/{name}", cancellation);

    Task<SandboxJob> MoveAsync(string id, string move, object told, CancellationToken cancellation) =>
        http.PostControlAsync<SandboxJob>($"control/jobs/{id}/{move}", told, cancellation);

    sealed record Completions(int Completed);

    sealed record Switched(IReadOnlyList<SandboxCallbackFaultState> Faults);
}
