using Grimoire.Casts;
using Grimoire.Functions.Http;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Tests.Http.Support;
using Grimoire.Functions.Tests.Tools.Support;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;

namespace Grimoire.Functions.Tests.Http;

/// <summary>What is listed as stalled, and what is not.</summary>
[Trait("Row", "NX14")]
public sealed class StalledStepsTests
{
    readonly ManualTime _clock = new();

    [Fact]
    public async Task A_step_that_has_been_running_for_long_is_listed_with_all_that_is_known_of_it()
    {
        var until = _clock.GetUtcNow().AddHours(1);
        var cast = Running(Instances.Id, new RunningStep("draw", "Draw it", "2 of 3", 3, until, Ago(20)), new RunningStep("other", null, "3 of 3", 1, null, Ago(1)));

        var page = await ListAsync(15, cast);

        var expected = new StalledStep
        {
            CastId = Instances.Id,
            Spell = "sample",
            CastStatus = CastStatus.Running,
            Step = "draw",
            Name = "Draw it",
            Of = "2 of 3",
            Attempt = 3,
            Since = Ago(20),
            WaitsFor = StallCause.Time,
            WaitsUntil = until,
        };
        Assert.Equal([expected], page.Stalled);
        Assert.Null(page.Continuation);
    }

    [Theory]
    [InlineData(14, 1)]
    [InlineData(15, 1)]
    [InlineData(16, 0)]
    [InlineData(0, 2)]
    public async Task Only_what_has_been_running_for_as_many_minutes(int minutes, int listed)
    {
        var page = await ListAsync(minutes, Running(Instances.Id, Step("long", 15), Step("short", 0)));

        Assert.Equal(listed, page.Stalled.Count);
    }

    [Theory]
    [InlineData(WaitReason.Time, StallCause.Time)]
    [InlineData(WaitReason.Retry, StallCause.Retry)]
    [InlineData(WaitReason.Circuit, StallCause.Circuit)]
    [InlineData(WaitReason.Job, StallCause.Job)]
    [InlineData(WaitReason.Approval, StallCause.Approval)]
    public async Task What_it_waits_for_is_told(WaitReason reason, StallCause told)
    {
        var step = Step("a", 20) with { WaitsFor = reason, WaitsUntil = _clock.GetUtcNow().AddHours(1) };

        Assert.Equal(told, Assert.Single((await ListAsync(15, Running(Instances.Id, step))).Stalled).WaitsFor);
    }

    [Fact]
    public async Task The_steps_of_a_cast_come_longest_first()
    {
        var page = await ListAsync(15, Running(Instances.Id, Step("b", 20), Step("c", 16), Step("a", 40)));

        Assert.Equal(["a", "b", "c"], page.Stalled.Select(step => step.Step));
    }

    [Fact]
    public async Task A_cast_that_was_accepted_and_has_never_begun_is_listed()
    {
        var page = await ListAsync(15,
            Instances.Of(OrchestrationRuntimeStatus.Pending, id: "main-0000000000000000001", created: Ago(16), updated: Ago(16)),
            Instances.Of(OrchestrationRuntimeStatus.Running, id: "main-0000000000000000002", created: Ago(17), updated: Ago(2)),
            Instances.Of(OrchestrationRuntimeStatus.Pending, id: "main-0000000000000000003", created: Ago(3), updated: Ago(3)));

        Assert.Equal(
            [("main-0000000000000000001", CastStatus.Pending, StallCause.Start, Ago(16)), ("main-0000000000000000002", CastStatus.Pending, StallCause.Start, Ago(17))],
            page.Stalled.Select(cast => (cast.CastId, cast.CastStatus, cast.WaitsFor, cast.Since)));
        Assert.All(page.Stalled, cast => Assert.Null(cast.Step));
    }

    [Fact]
    public async Task A_cast_of_which_no_step_has_been_running_for_long_is_listed()
    {
        var page = await ListAsync(15,
            Running("main-0000000000000000001", updated: Ago(15)),
            Running("main-0000000000000000002", updated: Ago(14)));

        Assert.Equal([("main-0000000000000000001", StallCause.NextStep, Ago(15))], page.Stalled.Select(cast => (cast.CastId, cast.WaitsFor, cast.Since)));
    }

    [Fact]
    public async Task What_is_paused_has_ended_or_is_no_cast_is_not_listed()
    {
        var step = Step("a", 100);

        var page = await ListAsync(0,
            Instances.Of(OrchestrationRuntimeStatus.Running, Instances.Report(CastStatus.Paused, step), "main-0000000000000000001", Ago(100)),
            Instances.Of(OrchestrationRuntimeStatus.Suspended, Instances.Report(CastStatus.Running, step), "main-0000000000000000002", Ago(100)),
            Instances.Of(OrchestrationRuntimeStatus.Failed, Instances.Report(CastStatus.Failed, step), "main-0000000000000000003", Ago(100)),
            Instances.Of(OrchestrationRuntimeStatus.Running, Instances.Report(CastStatus.Running, step), "main-0000000000000000004", Ago(100), name: "Other"),
            Running("other-0000000000000000005", step));

        Assert.Empty(page.Stalled);
    }

    [Fact]
    public async Task A_step_that_does_not_say_since_when_has_been_running_since_the_last_change_at_least()
    {
        var cast = Running(Instances.Id, Ago(30), new RunningStep("a", null, "1 of 1", 1));

        var page = await ListAsync(15, cast);

        Assert.Equal(Ago(30), Assert.Single(page.Stalled).Since);
    }

    [Fact]
    public async Task Pages_lose_nothing_and_tell_nothing_twice()
    {
        var casts = Enumerable.Range(0, 7).Select(i => Running($"main-000000000000000000{i}", Step("a", i % 2 == 0 ? 20 : 1), Step("b", i % 2 == 0 ? 30 : 1))).ToArray();
        var client = Instances.Client(casts).Object;
        var (told, continuation, pages) = (new List<string>(), default(string), 0);
        do
        {
            var page = await new StalledSteps(_clock).ListAsync(client, "main", TimeSpan.FromMinutes(15), 2, continuation, default);
            told.AddRange(page.Stalled.Select(step => $"{step.CastId[^1]}{step.Step}"));
            continuation = page.Continuation;
            pages++;
        }
        while (continuation is not null);

        Assert.Equal(["0b", "0a", "2b", "2a", "4b", "4a", "6b", "6a"], told);
        Assert.InRange(pages, 2, 4);
    }

    [Theory]
    [InlineData(null, 15)]
    [InlineData("60", 60)]
    public async Task The_setting_says_from_when_on_if_the_request_does_not(string? setting, int minutes)
    {
        var options = OpsOptions.From(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Ops:StalledMinutes", setting)]).Build());
        var api = new OpsApi(new StalledSteps(_clock), options);
        var client = Instances.Client(Running(Instances.Id, Step("a", 20))).Object;

        using var said = (await api.StalledAsync(new FakeRequest("GET", "ops/stalled?minutes=21"), client, default)).Body;
        var unsaid = (await api.StalledAsync(new FakeRequest("GET", "ops/stalled"), client, default)).Json();

        Assert.Equal(minutes, (int)unsaid["minutes"]!);
        Assert.Equal(minutes <= 20 ? 1 : 0, unsaid["stalled"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("soon")]
    public void A_wrong_setting_ends_the_start(string setting)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Ops:StalledMinutes", (string?)setting)]).Build();

        var wrong = Assert.Throws<InvalidOperationException>(() => OpsOptions.From(configuration));

        Assert.Contains("Ops:StalledMinutes", wrong.Message, StringComparison.Ordinal);
    }

    Task<StalledPage> ListAsync(int minutes, params OrchestrationMetadata[] casts) =>
        new StalledSteps(_clock).ListAsync(Instances.Client(casts).Object, "main", TimeSpan.FromMinutes(minutes), 50, null, default);

    OrchestrationMetadata Running(string id, params RunningStep[] steps) => Running(id, _clock.GetUtcNow(), steps);

    OrchestrationMetadata Running(string id, DateTimeOffset updated, params RunningStep[] steps) =>
        Instances.Of(OrchestrationRuntimeStatus.Running, Instances.Report(CastStatus.Running, steps), id, Ago(1000), updated);

    RunningStep Step(string id, int minutes) => new(id, null, "1 of 3", 1, null, Ago(minutes));

    DateTimeOffset Ago(int minutes) => _clock.GetUtcNow().AddMinutes(-minutes);
}
