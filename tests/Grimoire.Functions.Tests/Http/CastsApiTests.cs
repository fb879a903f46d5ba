using System.Net;
using Grimoire.Casts;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Http;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Casting;
using Grimoire.Functions.Tests.Http.Support;
using Grimoire.Functions.Webhooks;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Moq;

namespace Grimoire.Functions.Tests.Http;

/// <summary>The functions behind casts, called as the host calls them, on a mocked client.</summary>
public sealed class CastsApiTests
{
    const string Inline = """{"spell":{"steps":[{"id":"one","tool":"draw","with":{"prompt":"x"}}]}}""";

    readonly Starting _world = new();

    [Fact]
    [Trait("Row", "AZ01")]
    public async Task A_start_schedules_one_orchestration_and_is_answered_202_with_all_that_follows_it()
    {
        var response = await Api().StartAsync(new FakeRequest("POST", "casts?account=acme", Inline), _world.Client.Object, default);

        var body = response.Json();
        var id = (string)body["castId"]!;
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal($"/api/casts/{id}", response.Header("Location"));
        Assert.StartsWith($"http://app.example/runtime/webhooks/durabletask/instances/{id}", (string?)body["statusQueryGetUri"], StringComparison.Ordinal);
        Assert.Equal("acme", CastIds.AccountOf(id));
        _world.Client.Verify(
            client => client.ScheduleNewOrchestrationInstanceAsync(
                nameof(CastSpell), new CastOrder(id, CastPlan.CurrentInterpreter), It.Is<StartOrchestrationOptions>(options => options.InstanceId == id), It.IsAny<CancellationToken>()),
            Times.Once);
    }

    [Theory]
    [InlineData("""{"spell":{"steps":[{"id":"one","tool":"drow"}]}}""", "/spell/steps/0/tool", "tool.unknown")]
    public async Task A_spell_that_cannot_be_cast_is_refused_where_it_is_wrong_and_nothing_is_scheduled(string body, string place, string code)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(
            () => Api().StartAsync(new FakeRequest("POST", "casts?account=acme", body), _world.Client.Object, default));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "spell.invalid"), (refused.Problem.Status, refused.Problem.Code));
        Assert.Contains(refused.Problem.Errors!, error => (error.Pointer, error.Code) == (place, code));
        Assert.Empty(_world.Scheduled);
    }

    [Fact]
    [Trait("Row", "KZ11")]
    public async Task A_cast_that_is_deleted_is_purged_and_its_key_starts_no_other()
    {
        var start = () => Api().StartAsync(new FakeRequest("POST", "casts?account=acme", Inline).With("Idempotency-Key", "order-17"), _world.Client.Object, default);
        var id = (string)(await start()).Json()["castId"]!;
        var client = Instances.Client(Instances.Of(OrchestrationRuntimeStatus.Completed, id: id));
        client.Setup(engine => engine.PurgeInstanceAsync(id, It.IsAny<PurgeInstanceOptions?>(), It.IsAny<CancellationToken>())).ReturnsAsync(new PurgeResult(1));

        var deleted = await Api().DeleteAsync(new FakeRequest("DELETE", $"casts/{id}"), client.Object, id, default);

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        client.Verify(engine => engine.PurgeInstanceAsync(id, It.Is<PurgeInstanceOptions>(options => options.Recursive), It.IsAny<CancellationToken>()), Times.Once);
        Assert.DoesNotContain(_world.Disk.Names, name => name.Contains(id, StringComparison.Ordinal));
        var refused = await Assert.ThrowsAsync<RefusedException>(start);
        Assert.Equal((HttpStatusCode.Conflict, "cast.deleted"), (refused.Problem.Status, refused.Problem.Code));
        Assert.Equal([id], _world.Scheduled);
    }

    [Fact]
    public async Task A_cast_that_runs_is_not_deleted()
    {
        var client = Instances.Client(Instances.Of(OrchestrationRuntimeStatus.Running));

        var refused = await Assert.ThrowsAsync<RefusedException>(
            () => Api().DeleteAsync(new FakeRequest("DELETE", $"casts/{Instances.Id}"), client.Object, Instances.Id, default));

        Assert.Equal("cast.running", refused.Problem.Code);
        client.Verify(engine => engine.PurgeInstanceAsync(It.IsAny<string>(), It.IsAny<PurgeInstanceOptions?>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    [Fact]
    public async Task A_cast_whose_storage_is_gone_is_told_as_its_orchestration_knows_it()
    {
        var report = Instances.Report(CastStatus.Running, new RunningStep("draw", "Draw it", "2 of 3", 1));
        var client = Instances.Client(Instances.Of(OrchestrationRuntimeStatus.Running, report));

        var body = (await Api().GetAsync(new FakeRequest("GET", $"casts/{Instances.Id}"), client.Object, Instances.Id, default)).Json();

        Assert.Equal(("running", "sample", true), ((string?)body["status"], (string?)body["spell"], (bool)body["needsReconciliation"]!));
        Assert.Equal("draw", (string?)body["now"]!["running"]![0]!["id"]);
    }

    [Fact]
    [Trait("Row", "DW05")]
    public async Task To_cancel_a_cast_is_to_raise_an_event()
    {
        var client = Instances.Client(Instances.Of(OrchestrationRuntimeStatus.Running));

        var response = await CastControlsApi.CancelAsync(
            new FakeRequest("POST", $"casts/{Instances.Id}/cancel", """{"reason":"Too dear."}"""), client.Object, Instances.Id, default);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        client.Verify(
            engine => engine.RaiseEventAsync(
                Instances.Id, CastControl.EventName, new CastControl(CastAction.Cancel, null, "Too dear."), It.IsAny<CancellationToken>()),
            Times.Once);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Completed, Instances.Id, HttpStatusCode.Conflict, "cast.ended")]
    [InlineData(OrchestrationRuntimeStatus.Running, "main-0000000000000000009", HttpStatusCode.NotFound, "cast.notFound")]
    public async Task Of_a_cast_that_has_ended_or_never_was_nothing_can_be_asked(OrchestrationRuntimeStatus state, string id, HttpStatusCode status, string code)
    {
        var client = Instances.Client(Instances.Of(state));

        var refused = await Assert.ThrowsAsync<RefusedException>(
            () => CastControlsApi.PauseAsync(new FakeRequest("POST", $"casts/{id}/pause"), client.Object, id, default));

        Assert.Equal((status, code), (refused.Problem.Status, refused.Problem.Code));
        client.Verify(engine => engine.RaiseEventAsync(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<object?>(), It.IsAny<CancellationToken>()), Times.Never);
    }

    CastsApi Api()
    {
        var casts = new CastStore(_world.Objects);
        var journal = new Journal(_world.Objects);
        var reading = new CastReading(casts, journal, _world.Objects);
        var letters = new DeadLetters(new DeadLetterStore(_world.Objects), journal, _world.Time);
        var remover = new CastRemover(casts, new AttemptStore(_world.Objects), new IdempotencyClaims(_world.Objects), letters, new RunIds(_world.Objects), _world.Objects);
        return new CastsApi(new CastStarts(_world.NewStarter()), reading, new CastListing(casts), remover);
    }
}
