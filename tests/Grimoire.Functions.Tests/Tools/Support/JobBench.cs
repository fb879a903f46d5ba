using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Tools;
using Grimoire.Tools;
using Microsoft.AspNetCore.Http;

namespace Grimoire.Functions.Tests.Tools.Support;

/// <summary>A tool that starts jobs, and its provider, which answers each request as a test says.</summary>
sealed class JobBench : IAsyncDisposable
{
    public const string CallbackUrl = "https://grimoire.example/api/webhooks/acme-1/step/1?token=v1.1.abc";

    public static readonly JobRecord Started = new()
    {
        RunId = "run-7",
        Start = JsonNode.Parse("""{"id":"run-7","urls":{"get":"x"}}"""),
        StartedAt = new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero),
        Wait = new JobWait(new DateTimeOffset(2030, 1, 2, 12, 0, 0, TimeSpan.Zero)),
    };

    readonly Dictionary<string, (int Status, string Body)> _answers;
    readonly Bench _bench;

    JobBench(FakeProvider provider, Dictionary<string, (int Status, string Body)> answers, Bench bench) => (Provider, _answers, _bench) = (provider, answers, bench);

    public FakeProvider Provider { get; }

    public MemoryArtifacts Artifacts => _bench.Artifacts;

    public Secrets Secrets => _bench.Secrets;

    public static async Task<JobBench> StartAsync(params (string Request, int Status, string Body)[] answers)
    {
        var byRequest = answers.ToDictionary(answer => answer.Request, answer => (answer.Status, answer.Body));
        var provider = await FakeProvider.StartAsync(async context =>
        {
            var (status, body) = byRequest.GetValueOrDefault($"{context.Request.Method} {context.Request.Path}", (404, """{"error":"unknown"}"""));
            context.Response.StatusCode = status;
            context.Response.ContentType = body.StartsWith('{') || body.StartsWith('[') ? "application/json" : "image/png";
            await context.Response.WriteAsync(body);
        });
        var settings = new Dictionary<string, string?> { ["Tools:Config:BASE"] = provider.Url.AbsoluteUri.TrimEnd('/'), ["Tools:Secrets:KEY"] = "s3cret-value" };
        return new JobBench(provider, byRequest, new Bench(settings));
    }

    public void Answers(string request, int status, string body) => _answers[request] = (status, body);

    public Task<ToolResult> BeginAsync(ToolDefinition tool, string input = "{}") => RunAsync(tool, input, null);

    public Task<ToolResult> AskAsync(ToolDefinition tool, string input = "{}") => RunAsync(tool, input, new JobErrand(Started));

    public Task<ToolResult> TakeAsync(ToolDefinition tool, string body, string input = "{}") =>
        RunAsync(tool, input, new JobErrand(Started, new JsonObject { ["headers"] = new JsonObject { ["x-state"] = "done" }, ["body"] = JsonNode.Parse(body) }));

    public Task<ToolResult> CancelAsync(ToolDefinition tool) => RunAsync(tool, "{}", new JobErrand(Started, IsOver: true));

    public Task<ToolResult> RunAsync(ToolDefinition tool, string input, JobErrand? errand) => _bench.Runners.RunAsync(
        new ToolCall(Bench.OfOperators(tool), Bench.Object(input), new AttemptKey("acme-1", "step", null, 1), "acme", _bench.Artifacts)
        {
            CallbackUrl = tool.Job?.Callback is null ? null : CallbackUrl,
            Job = errand,
        },
        CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        _bench.Dispose();
        await Provider.DisposeAsync();
    }
}
