using System.Globalization;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Tools;

namespace Grimoire.Functions.Tools.Http;

/// <summary>Reads messages about jobs as their tool's definition says. Nothing is called.</summary>
public sealed class JobReader(Secrets secrets)
{
    /// <summary>Of a state as it is told. It is a word or two; what a provider sends in its place may be anything.</summary>
    const int MaxSaid = 200;

    /// <summary>What a callback says.</summary>
    public JobReading Read(ToolDefinition tool, AttemptRecord record, string account, JsonObject message)
    {
        ArgumentNullException.ThrowIfNull(tool);
        return Read(CallOf(tool, record, account), message, tool.Job?.Callback?.State, tool.Job?.Callback?.Progress);
    }

    /// <summary>What a callback says that the job has cost; of one that has succeeded, what the tool says if the callback says nothing.</summary>
    public decimal CostOf(ToolDefinition tool, AttemptRecord record, string account, JsonObject message, JobState state)
    {
        ArgumentNullException.ThrowIfNull(tool);
        var values = new CallValues(CallOf(tool, record, account), secrets) { Response = message };
        return HttpCalls.Said(tool.Job?.Callback?.Response ?? tool.Response, values) ?? (state == JobState.Succeeded ? tool.Cost.Usd ?? 0 : 0);
    }

    /// <summary>The value of a template over a callback that may belong to any job of the tool; null if it has none.</summary>
    public string? TextIn(ToolDefinition tool, string account, JsonObject message, JsonNode? template)
    {
        var nobody = new AttemptKey($"{account}-none", "none", null, 1);
        var values = new CallValues(new ToolCall(tool, [], nobody, account, NoArtifacts.Instance), secrets) { Response = message };
        return CallValues.TextOf(HttpCalls.Optional(template, values, "job.callback"));
    }

    /// <summary>What the secrets of a callback's signature come to.</summary>
    public IReadOnlyList<string> SecretsOf(ToolDefinition tool, string account)
    {
        ArgumentNullException.ThrowIfNull(tool);
        var nobody = new AttemptKey($"{account}-none", "none", null, 1);
        var values = new CallValues(new ToolCall(tool, [], nobody, account, NoArtifacts.Instance), secrets);
        return [.. (tool.Job?.Callback?.Signature.Secrets ?? [])
            .Select(secret => values.EvaluateText(JsonValue.Create(secret), "job.callback.signature.secrets", Codes.RequestInvalid)).OfType<string>()];
    }

    internal JobReading Read(ToolCall call, JsonObject message, JsonNode? state, JsonNode? progress)
    {
        var job = call.Tool.Job ?? throw ToolFailedException.Permanent("tool.invalid", $"'{call.Tool.Id}' starts no jobs.");
        var values = new CallValues(call, secrets) { Response = message };
        var said = CallValues.TextOf(HttpCalls.Optional(state ?? job.State, values, "job.state")) ?? "";
        return new JobReading(job.States.Of(said), Short(said), job.States.IsTransient(said), ProgressOf(HttpCalls.Optional(progress ?? job.Progress, values, "job.progress")));
    }

    static string Short(string said) => said.Length <= MaxSaid ? said : $"{said.AsSpan(0, char.IsHighSurrogate(said[MaxSaid - 2]) ? MaxSaid - 2 : MaxSaid - 1)}…";

    static ToolCall CallOf(ToolDefinition tool, AttemptRecord record, string account) =>
        new(tool, record.Input as JsonObject ?? [], record.Key, account, NoArtifacts.Instance) { Job = record.Job is { } job ? new JobErrand(job) : null };

    /// <summary>0.25, 25% and "25 %" are a quarter.</summary>
    static double? ProgressOf(JsonNode? value)
    {
        if (CallValues.TextOf(value)?.Trim() is not { Length: > 0 } text)
        {
            return null;
        }

        var isPercent = text.EndsWith('%');
        return double.TryParse(text.TrimEnd('%', ' '), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? Math.Clamp(isPercent ? number / 100 : number, 0, 1)
            : null;
    }

    sealed class NoArtifacts : IArtifactSink
    {
        public static NoArtifacts Instance { get; } = new();

        public IReadOnlyList<StoredArtifact> Stored => [];

        public Task<StoredArtifact> StoreAsync(string name, string contentType, Stream content, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<Stream> OpenAsync(StoredArtifact artifact, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
