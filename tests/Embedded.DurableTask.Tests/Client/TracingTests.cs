using System.Collections.Concurrent;
using System.Diagnostics;
using Embedded.DurableTask.Tests.Support;
using Microsoft.DurableTask;

namespace Embedded.DurableTask.Tests.Client;

/// <summary>The official spans: their names, kinds, tags, and what hangs below what.</summary>
[Trait("Row", "KZ22")]
public sealed class TracingTests : IDisposable
{
    readonly ConcurrentQueue<Activity> _ended = new();
    readonly ActivityListener _listener;
    readonly Activity _root;

    public TracingTests()
    {
        _root = new Activity("root").SetIdFormat(ActivityIdFormat.W3C);
        _root.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        _root.Start();
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.DurableTask",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                // Other tests run beside this one.
                if (span.TraceId == _root.TraceId)
                {
                    _ended.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task An_orchestration_hangs_below_its_start_and_its_tasks_below_it()
    {
        await using TestHost host = await StartAsync();

        string id = (await host.RunAsync("Traced", options: new StartOrchestrationOptions { Version = "1.0" })).InstanceId;

        Activity create = await SpanAsync("create_orchestration:Traced@(1.0)", ActivityKind.Producer);
        Activity orchestration = await SpanAsync("orchestration:Traced@(1.0)", ActivityKind.Server);
        Activity call = await SpanAsync("activity:Step@(1.0)", ActivityKind.Client);
        Activity execution = await SpanAsync("activity:Step@(1.0)", ActivityKind.Server);
        Activity callChild = await SpanAsync("orchestration:Child", ActivityKind.Client);
        Activity child = await SpanAsync("orchestration:Child", ActivityKind.Server);
        Activity timer = await SpanAsync("orchestration:Traced:timer", ActivityKind.Internal);
        Assert.Equal(_root.SpanId, create.ParentSpanId);
        Assert.Equal(create.SpanId, orchestration.ParentSpanId);
        Assert.Equal(orchestration.SpanId, call.ParentSpanId);
        Assert.Equal(call.SpanId, execution.ParentSpanId);
        Assert.Equal(orchestration.SpanId, callChild.ParentSpanId);
        Assert.Equal(callChild.SpanId, child.ParentSpanId);
        Assert.Equal(orchestration.SpanId, timer.ParentSpanId);
        AssertTags(create, ("durabletask.type", "orchestration"), ("durabletask.task.name", "Traced"), ("durabletask.task.instance_id", id), ("durabletask.task.version", "1.0"));
        Assert.NotNull(create.GetTagItem("durabletask.task.execution_id"));
        AssertTags(orchestration, ("durabletask.type", "orchestration"), ("durabletask.task.instance_id", id), ("durabletask.task.status", "Completed"));
        AssertTags(execution, ("durabletask.type", "activity"), ("durabletask.task.name", "Step"), ("durabletask.task.instance_id", id), ("durabletask.task.task_id", 0));
        AssertTags(call, ("durabletask.type", "activity"), ("durabletask.task.task_id", 0));
        AssertTags(timer, ("durabletask.type", "timer"), ("durabletask.task.name", "Traced"), ("durabletask.task.instance_id", id));
        Assert.NotNull(timer.GetTagItem("durabletask.fire_at"));
    }

    [Fact]
    public async Task A_failure_marks_the_spans_that_it_concerns()
    {
        await using TestHost host = await StartAsync();

        await host.RunAsync("Failing");

        foreach ((string name, ActivityKind kind) in ((string, ActivityKind)[])
            [("activity:Fail", ActivityKind.Server), ("activity:Fail", ActivityKind.Client), ("orchestration:Failing", ActivityKind.Server)])
        {
            Activity span = await SpanAsync(name, kind);
            Assert.Equal(ActivityStatusCode.Error, span.Status);
            Assert.Contains("broken", span.StatusDescription, StringComparison.Ordinal);
        }

        AssertTags(await SpanAsync("orchestration:Failing", ActivityKind.Server), ("durabletask.task.status", "Failed"));
    }

    [Fact]
    public async Task An_event_has_a_span_that_names_its_receiver()
    {
        await using TestHost host = await StartAsync();
        string id = await host.BeginAsync("Waiting");

        await host.Client.RaiseEventAsync(id, "Go");
        await host.EndOfAsync(id);

        Activity span = await SpanAsync("orchestration_event:Go", ActivityKind.Producer);
        AssertTags(span, ("durabletask.type", "event"), ("durabletask.task.name", "Go"), ("durabletask.event.target_instance_id", id));
    }

    [Theory]
    [InlineData("Sample")]
    [InlineData("ActivityStarted")]
    [InlineData("ActivityStopped")]
    public async Task A_listener_that_throws_at_what_the_worker_tells_stops_nothing(string callback)
    {
        int thrown = 0;
        void ThrowIn(string name, ActivityTraceId trace, ActivityKind kind)
        {
            // What a client tells, it tells on the thread of its caller.
            if (name == callback && trace == _root.TraceId && kind != ActivityKind.Producer)
            {
                Interlocked.Increment(ref thrown);
                throw new InvalidOperationException("the listener is broken");
            }
        }

        using var broken = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.DurableTask",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
            {
                ThrowIn("Sample", options.TraceId, options.Kind);
                return ActivitySamplingResult.AllDataAndRecorded;
            },
            ActivityStarted = span => ThrowIn("ActivityStarted", span.TraceId, span.Kind),
            ActivityStopped = span => ThrowIn("ActivityStopped", span.TraceId, span.Kind),
        };
        ActivitySource.AddActivityListener(broken);
        await using TestHost host = await TestHost.StartAsync(tasks => tasks
            .AddOrchestratorFunc<int>("Parent", async context => await context.CallSubOrchestratorAsync<int>("Child"))
            .AddOrchestratorFunc<int>("Child", async context =>
            {
                await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
                return await context.CallActivityAsync<int>("One");
            })
            .AddActivityFunc<int>("One", _ => 1));

        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(1, (await host.RunAsync("Parent")).ReadOutputAs<int>());
        }

        Assert.True(thrown > 0);
    }

    [Fact]
    public async Task An_orchestration_that_a_restart_interrupted_has_one_span_below_its_start()
    {
        await using TestHost host = await StartAsync();
        string id = await host.BeginAsync("Waiting");

        await host.RestartAsync();
        await host.Client.RaiseEventAsync(id, "Go");
        await host.EndOfAsync(id);

        Activity create = await SpanAsync("create_orchestration:Waiting", ActivityKind.Producer);
        Activity orchestration = await SpanAsync("orchestration:Waiting", ActivityKind.Server);
        Assert.Equal(create.SpanId, orchestration.ParentSpanId);
    }

    static Task<TestHost> StartAsync() => TestHost.StartAsync(tasks => tasks
        .AddActivityFunc("Step", (Action<TaskActivityContext>)(_ => { }))
        .AddActivityFunc("Fail", (Action<TaskActivityContext>)(_ => throw new InvalidOperationException("broken")))
        .AddOrchestratorFunc<int>("Child", _ => Task.FromResult(1))
        .AddOrchestratorFunc("Failing", context => context.CallActivityAsync("Fail"))
        .AddOrchestratorFunc("Waiting", context => context.WaitForExternalEvent<object>("Go"))
        .AddOrchestratorFunc("Traced", async context =>
        {
            await context.CallActivityAsync("Step");
            await context.CallSubOrchestratorAsync("Child");
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
        }));

    /// <summary>The one span of that name and kind, once it has ended.</summary>
    async Task<Activity> SpanAsync(string name, ActivityKind kind)
    {
        await Wait.Until(() => _ended.Any(Matches), $"span '{name}' ({kind}), have {string.Join(", ", _ended.Select(s => $"{s.DisplayName} ({s.Kind})"))}");
        return Assert.Single(_ended, Matches);

        bool Matches(Activity span) => span.DisplayName == name && span.Kind == kind;
    }

    static void AssertTags(Activity span, params (string Name, object Value)[] tags) =>
        Assert.All(tags, tag => Assert.Equal(tag.Value, span.GetTagItem(tag.Name)));
}
