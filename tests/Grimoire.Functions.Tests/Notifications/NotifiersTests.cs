using System.Text.Json.Nodes;
using DurableTask.Core.Exceptions;
using Grimoire.Casts;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Notifications;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Activities;
using Grimoire.Functions.Tests.Casting;
using Grimoire.Functions.Tests.Support;
using Grimoire.Functions.Tools;
using Grimoire.Notifications;
using Grimoire.Tools;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Moq;

namespace Grimoire.Functions.Tests.Notifications;

/// <summary>Who is told of a cast is decided when it starts; somebody who tells them is there when it is needed, and only then.</summary>
public sealed class NotifiersTests
{
    static readonly Subscription OfEnd = new("https://end.example", Subscription.DefaultEvents);
    static readonly Subscription OfSteps = new("https://steps.example", ["step.*"]);

    readonly Mock<DurableTaskClient> _client = new("test");
    readonly List<string> _there = [];
    readonly List<string> _woken = [];

    public NotifiersTests()
    {
        _client.Setup(client => client.ScheduleNewOrchestrationInstanceAsync(
                It.Is<TaskName>(name => name.Name == nameof(NotifyOfCast)), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions?>(), It.IsAny<CancellationToken>()))
            .Returns((TaskName _, object? _, StartOrchestrationOptions? options, CancellationToken _) => Start(options!));
        _client.Setup(client => client.RaiseEventAsync(It.IsAny<string>(), NotifyOfCast.WakeEvent, It.IsAny<object?>(), It.IsAny<CancellationToken>()))
            .Callback((string id, string _, object? _, CancellationToken _) => _woken.Add(id))
            .Returns(Task.CompletedTask);
    }

    [Fact]
    public async Task Of_a_cast_that_nobody_is_told_of_nothing_is_started_and_nothing_more_read()
    {
        var world = await WorldAsync(notify: null);
        var worker = world.NewWorker();
        await worker.StartCast.RunAsync(new CastOrder(World.Cast), _client.Object, default);
        world.Faults.ClearCalls();

        await worker.FinishCast.RunAsync(new CastEnd(World.Cast, CastStatus.Failed, 0), _client.Object, default);

        _client.VerifyNoOtherCalls();
        Assert.Equal(["result.json", $"{World.Cast["acme-".Length..]}.json", "2030-01-01.jsonl", "journal.jsonl"], world.Faults.Calls.Select(call => Path.GetFileName(call.Name)));
    }

    [Fact]
    public async Task Who_wants_only_the_end_is_told_by_somebody_who_comes_with_it()
    {
        var world = await WorldAsync([OfEnd]);
        await world.NewWorker().StartCast.RunAsync(new CastOrder(World.Cast), _client.Object, default);
        Assert.Empty(_there);

        await world.NewWorker().FinishCast.RunAsync(new CastEnd(World.Cast, CastStatus.Completed, 0), _client.Object, default);

        Assert.Equal([$"{World.Cast}~notify-0"], _there);
        Assert.Empty(_woken);
    }

    [Fact]
    public async Task Who_wants_more_is_told_from_the_begin_on_and_woken_at_the_end()
    {
        var world = await WorldAsync([OfEnd, OfSteps]);
        await world.NewWorker().StartCast.RunAsync(new CastOrder(World.Cast), _client.Object, default);
        Assert.Equal([$"{World.Cast}~notify-1"], _there);

        await world.NewWorker().FinishCast.RunAsync(new CastEnd(World.Cast, CastStatus.Cancelled, 0), _client.Object, default);

        Assert.Equal([$"{World.Cast}~notify-1", $"{World.Cast}~notify-0"], _there);
        Assert.Equal([$"{World.Cast}~notify-1"], _woken);
    }

    [Fact]
    [Trait("Row", "KZ03")]
    public async Task Broken_off_before_it_is_started_it_is_started_by_the_next_delivery()
    {
        var world = await WorldAsync([OfEnd]);
        var end = new CastEnd(World.Cast, CastStatus.Completed, 0);
        using (world.Faults.Fail("*journal*", StoreOperation.Append, moment: FaultMoment.After))
        {
            await Assert.ThrowsAsync<StorageException>(() => world.NewWorker().FinishCast.RunAsync(end, _client.Object, default));
        }

        Assert.Empty(_there);
        await world.NewWorker().FinishCast.RunAsync(end, _client.Object, default);

        Assert.Single(_there);
    }

    [Fact]
    public async Task A_question_to_a_person_is_told_at_once_to_those_who_want_to_know_the_course()
    {
        var world = new World();
        var manifest = world.ManifestOf(World.Step("approval", """{ "question": "Ship it?" }"""));
        var tools = new Dictionary<string, ToolDefinition>(manifest.Tools) { ["approval"] = BuiltInTools.All.Single(tool => tool.Id == "approval") };
        await world.WriteAsync(manifest with { Tools = tools, Notify = [OfEnd, OfSteps] });

        await world.NewWorker().RunTool.RunAsync(World.Order(), _client.Object, default);

        Assert.Equal("approval.requested", (await world.TypesAsync())[^1]);
        Assert.Equal([$"{World.Cast}~notify-1"], _woken);
        Assert.Empty(_there);
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(11, true)]
    public async Task What_a_tool_that_took_long_has_come_to_is_told_at_once(int seconds, bool isTold)
    {
        var world = await WorldAsync([OfEnd, OfSteps]);
        world.Paid.Answer = (_, _) =>
        {
            world.Time.Advance(TimeSpan.FromSeconds(seconds));
            return Task.FromResult(ToolResult.Of(new JsonObject { ["text"] = "done" }));
        };

        await world.NewWorker().RunTool.RunAsync(World.Order(), _client.Object, default);

        Assert.Equal(isTold ? [$"{World.Cast}~notify-1"] : [], _woken);
    }

    [Theory]
    [InlineData(CastEvents.CastPaused, true)]
    [InlineData(CastEvents.CastResumed, true)]
    [InlineData(CastEvents.StepSkipped, false)]
    public async Task What_a_person_does_to_a_cast_is_told_at_once(string type, bool isTold)
    {
        var world = await WorldAsync([OfEnd, OfSteps]);
        var worker = world.NewWorker();

        await new RecordEvents(worker.Casts, worker.Journal).RunAsync(new EventBatch(World.Cast, [new CastEvent("e1", type, world.Time.GetUtcNow())]), _client.Object, default);

        Assert.Equal([type], await world.TypesAsync());
        Assert.Equal(isTold ? [$"{World.Cast}~notify-1"] : [], _woken);
    }

    [Fact]
    public async Task The_end_of_a_job_is_told_at_once_whichever_way_it_becomes_known()
    {
        var jobs = await JobWorld.OfAsync(JobWorld.Own with { Status = JobWorld.Polled.Status });
        await jobs.World.Disk.DeleteAsync(CastObjects.Manifest(World.Cast), default);
        await jobs.World.WriteAsync(jobs.World.Manifest with { Notify = [OfEnd, OfSteps] });
        await jobs.Worker.DeliverAsync();

        await jobs.CallBackAsync("processing", "m1");
        Assert.Empty(jobs.Raised);
        await jobs.CallBackAsync("succeeded", "m2");
        Assert.Equal([$"{World.Cast} job.one.1 m2", $"{World.Cast}~notify-1 look look"], jobs.Raised);
        await jobs.Worker.CheckJob.RunAsync(new JobQuestion(World.Key(), Ask: false), _client.Object, default);
        await jobs.Worker.EndJob.RunAsync(new JobEnd(World.Key(), JobEndReason.TimeIsOver), _client.Object, default);

        Assert.Equal(Enumerable.Repeat($"{World.Cast}~notify-1", 2), _woken);
    }

    /// <summary>The outcome is all that is left of what the tool has come to.</summary>
    [Fact]
    public async Task What_could_not_be_stored_is_handed_on_and_nobody_is_told_before()
    {
        var world = await WorldAsync([OfSteps]);
        world.Paid.Answer = (_, _) =>
        {
            world.Time.Advance(TimeSpan.FromMinutes(1));
            world.Faults.Fail("*attempts/*", StoreOperation.Replace);
            return Task.FromResult(ToolResult.Of(new JsonObject { ["text"] = "done" }));
        };

        var outcome = await world.NewWorker().RunTool.RunAsync(World.Order(), _client.Object, default);

        Assert.NotNull(outcome.Unstored);
        Assert.Empty(_woken);
    }

    [Fact]
    public async Task A_cast_takes_over_those_of_its_request_and_of_its_account_and_its_sub_casts_none()
    {
        var world = new Starting();
        var store = new SubscriptionStore(world.Disk, world.Time);
        await SaveAsync(store, OfSteps with { Name = "shop", IsOfAccount = true }, disabled: false);
        await SaveAsync(store, OfSteps with { Name = "gone", IsOfAccount = true }, disabled: true);
        var request = new CastRequest { Account = "acme", Slug = "cover", Inputs = new() { ["artist"] = "Nina" }, Notify = [OfEnd] };

        var cast = await world.ManifestAsync(await world.NewStarter().StartAsync(world.Client.Object, request, default));
        await store.ChangeAsync("acme", stored => (stored.Without("shop"), true), default);
        var other = await world.ManifestAsync(await world.NewStarter().StartAsync(world.Client.Object, request with { Account = "other", Notify = [] }, default));

        Assert.Equal([("https://end.example", null), ("https://steps.example", "shop")], cast.Notify!.Select(one => (one.Url, one.Name)));
        Assert.Null(other.Notify);
    }

    [Fact]
    public async Task A_start_asks_the_storage_for_subscriptions_once_in_two_seconds()
    {
        var world = new Starting();
        var starter = world.NewStarter();
        for (var start = 0; start < 3; start++)
        {
            await starter.StartAsync(world.Client.Object, new CastRequest { Account = "acme", Slug = "cover", Inputs = new() { ["artist"] = "Nina" } }, default);
        }

        Assert.Equal(1, world.Objects.Count(pattern: "notifications/*"));
    }

    [Fact]
    public async Task Two_changes_at_once_are_both_made()
    {
        var world = new Starting();
        var store = new SubscriptionStore(world.Disk, world.Time);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(number => SaveAsync(store, OfEnd with { Name = $"shop-{number}", IsOfAccount = true }, disabled: false)));

        Assert.Equal(10, (await store.ReadAsync("acme", default)).Subscriptions.Count);
    }

    static Task<bool> SaveAsync(SubscriptionStore store, Subscription subscription, bool disabled) => store.ChangeAsync(
        "acme",
        stored => (stored.With(new SavedSubscription(subscription, SigningSecrets.New(default), default, default, disabled ? DateTimeOffset.UnixEpoch : null)), true),
        default);

    static async Task<World> WorldAsync(IReadOnlyList<Subscription>? notify)
    {
        var world = new World();
        await world.WriteAsync(world.ManifestOf(World.Step()) with { Notify = notify });
        return world;
    }

    Task<string> Start(StartOrchestrationOptions options)
    {
        var id = options.InstanceId!;
        Assert.Equal(["Pending", "Running", "Suspended"], options.DedupeStatuses!);
        if (_there.Contains(id))
        {
            throw new OrchestrationAlreadyExistsException($"There is an instance '{id}'.");
        }

        _there.Add(id);
        return Task.FromResult(id);
    }
}
