using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Tools;
using Grimoire.Functions.Tools.Http;
using Grimoire.Functions.Webhooks;
using Grimoire.Tools;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Moq;

namespace Grimoire.Functions.Tests.Activities;

/// <summary>A step whose tool starts jobs, at a provider that does as a test says. What messages say is read as the definition says.</summary>
sealed class JobWorld
{
    public const string RunId = "job-1";

    readonly JobReader _reader = new(new Secrets(new ConfigurationBuilder().Build()));
    readonly Mock<DurableTaskClient> _client = new("test");
    readonly ConcurrentQueue<string> _starts = new();
    readonly ConcurrentQueue<string> _raised = new();

    JobWorld(World world)
    {
        World = world;
        World.Paid.Answer = AnswerAsync;
        Worker = world.NewWorker();
        Collect = (call, _) => Task.FromResult(Taken(call));
        _client.Setup(client => client.RaiseEventAsync(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<object?>(), It.IsAny<CancellationToken>()))
            .Callback((string instance, string name, object? message, CancellationToken _) => _raised.Enqueue($"{instance} {name} {message}"))
            .Returns(Task.CompletedTask);
    }

    public World World { get; }

    public Worker Worker { get; }

    public Func<ToolCall, CancellationToken, Task<ToolResult>> Start { get; set; } =
        (_, _) => Task.FromResult(new ToolResult { Started = new StartedJob(RunId, new JsonObject { ["id"] = RunId }) });

    /// <summary>Takes what a message says.</summary>
    public Func<ToolCall, CancellationToken, Task<ToolResult>> Collect { get; set; }

    public Func<ToolCall, ToolResult> Ask { get; set; } = _ => new ToolResult { Reading = new JobReading(JobState.Running, "processing", false, 0.5) };

    public Func<ToolCall, ToolResult> Cancel { get; set; } = _ => new ToolResult();

    /// <summary>The idempotency keys of the jobs that were started.</summary>
    public IReadOnlyList<string> Starts => [.. _starts];

    /// <summary>The events that were raised: "instance name payload".</summary>
    public IReadOnlyList<string> Raised => [.. _raised];

    /// <summary>What was cancelled at the provider.</summary>
    public ConcurrentQueue<string?> Cancelled { get; } = new();

    /// <summary>Callbacks come to the attempt's own address.</summary>
    public static JobSettings Own { get; } = new()
    {
        RunId = "${response.body.id}",
        State = "${response.body.state}",
        Progress = "${response.body.progress}",
        Callback = new CallbackSettings(),
        Cancel = new RequestTemplate { Url = "https://jobs.example/${job.runId}" },
    };

    /// <summary>Callbacks come to the tool's one address and name the job.</summary>
    public static JobSettings Shared { get; } = Own with { Callback = new CallbackSettings { RunId = "${response.body.id}" } };

    /// <summary>There are no callbacks.</summary>
    public static JobSettings Polled { get; } = Own with { Callback = null, Status = new StatusSettings { Request = new RequestTemplate { Url = "https://jobs.example/${job.runId}" } } };

    public static async Task<JobWorld> OfAsync(JobSettings? job = null, CastOptions? options = null, JsonObject? output = null) => new(await World.WithDefinitionAsync(
        new ToolDefinition
        {
            Id = World.Tool,
            Kind = World.Tool,
            Delivery = job == Polled ? Delivery.Poll : Delivery.Webhook,
            Job = job ?? Own,
            Output = output,
            Cost = new ToolCost(Usd: 0.25m),
            Response = new ResponseMapping { CostUsd = "${response.body.costUsd}" },
            Timeout = TimeSpan.FromHours(1),
        },
        options));

    /// <summary>Its job has been started.</summary>
    public static async Task<JobWorld> StartedAsync(JobSettings? job = null, CastOptions? options = null, JsonObject? output = null)
    {
        var world = await OfAsync(job, options, output);
        Assert.NotNull((await world.Worker.DeliverAsync()).Job);
        return world;
    }

    public EarlyMessage Message(string state, string id = "m1", decimal? costUsd = null, string? progress = null) => new(id, World.Time.GetUtcNow(), new JsonObject
    {
        ["headers"] = new JsonObject(),
        ["body"] = new JsonObject { ["id"] = RunId, ["state"] = state, ["costUsd"] = costUsd, ["progress"] = progress },
    });

    public Task<CallbackOutcome> CallBackAsync(string state, string id = "m1", decimal? costUsd = null, string? progress = null, Worker? worker = null) =>
        (worker ?? Worker).Intake.TakeAsync(_client.Object, World.Key(), Message(state, id, costUsd, progress), default);

    public async Task<JobAnswer> CheckAsync(bool ask = false, int attempt = 1, Worker? worker = null) =>
        World.Travelled(await (worker ?? Worker).CheckJob.LookAsync(World.Travelled(new JobQuestion(World.Key(), ask) { Try = attempt }), default));

    public async Task<AttemptOutcome> EndAsync(JobEndReason why, Failure? cause = null, Worker? worker = null) =>
        World.Travelled(await (worker ?? Worker).EndJob.EndAsync(World.Travelled(new JobEnd(World.Key(), why, cause)), default));

    /// <summary>What a message comes to, where nothing else is to be fetched.</summary>
    public ToolResult Taken(ToolCall call)
    {
        var message = call.Job!.Message!;
        var reading = _reader.Read(call, message, null, null);
        var cost = (decimal?)message["body"]!["costUsd"] ?? 0.25m;
        return reading.State == JobState.Succeeded
            ? new ToolResult { Output = new JsonObject { ["text"] = "done" }, CostUsd = cost, Reading = reading }
            : ToolResult.Failed("job.failed", "It has failed.", reading.IsTransient) with { CostUsd = cost, Reading = reading };
    }

    Task<ToolResult> AnswerAsync(ToolCall call, CancellationToken cancellation)
    {
        switch (call.Job)
        {
            case null:
                _starts.Enqueue(call.Attempt.IdempotencyKey);
                return Start(call, cancellation);
            case { IsOver: true } over:
                Cancelled.Enqueue(over.Record.RunId);
                return Task.FromResult(Cancel(call));
            case { Message: null }:
                return Task.FromResult(Ask(call));
            default:
                return Collect(call, cancellation);
        }
    }
}
