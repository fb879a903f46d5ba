using System.Text.Json.Nodes;
using Grimoire.Accounts;
using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Http.Support;
using Grimoire.Functions.Tests.Support;
using Grimoire.Spells;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Moq;

namespace Grimoire.Functions.Tests.Activities;

public sealed class StartPiecesTests
{
    const string CookId = "main.cook-0123456789abcdefghj";

    readonly FaultyObjects _objects = new(new MemoryObjects());
    readonly Mock<DurableTaskClient> _client = new("test");
    readonly List<string> _scheduled = [];
    CastLimits _limits = LimitsOf.Accounts();

    public StartPiecesTests() => _client
        .Setup(client => client.ScheduleNewOrchestrationInstanceAsync(It.Is<TaskName>(name => name.Name == nameof(CastSpell)), It.IsAny<object?>(), It.IsAny<StartOrchestrationOptions?>(), It.IsAny<CancellationToken>()))
        .ReturnsAsync((TaskName _, object? order, StartOrchestrationOptions? _, CancellationToken _) =>
        {
            _scheduled.Add(((CastOrder)order!).CastId);
            return "";
        });

    [Fact]
    [Trait("Row", "CK03")]
    [Trait("Row", "CK04")]
    public async Task Each_piece_is_a_cast_with_its_inputs_unchanged()
    {
        await KeepAsync(pieces: 250);

        var begun = await NewActivity().RunAsync(new PieceBatch(CookId, 1, From: 98, Count: 4, BudgetUsd: 0.5m), _client.Object, default);

        Assert.Equal([98, 99, 100, 101], begun.Pieces);
        Assert.Null(begun.Trouble);
        Assert.Equal(begun.Pieces.Select(piece => CookIds.PieceOf(CookId, piece, 1)), _scheduled);
        var manifest = await new CastStore(_objects).GetAsync(CookIds.PieceOf(CookId, 101, 1), default);
        Assert.Equal("""{"n":101,"style":{"colour":"blue"}}""", manifest.Inputs.ToJsonString());
        Assert.Equal((new CookPiece(CookId, 101, 1), 0.5m, "main"), (manifest.Cook, manifest.BudgetUsd, manifest.Account));
        Assert.Equal(
            ["piece.started:98:1", "piece.started:99:1", "piece.started:100:1", "piece.started:101:1"],
            (await new Journal(_objects).ReadAllAsync(CookId, default)).Select(e => e.Id));
    }

    [Fact]
    [Trait("Row", "CK01")]
    public async Task Done_again_it_begins_nothing_else()
    {
        await KeepAsync(pieces: 3);
        var batch = new PieceBatch(CookId, 1, 0, 3, null);
        await NewActivity().RunAsync(batch, _client.Object, default);

        await NewActivity().RunAsync(batch, _client.Object, default);

        Assert.Equal(3, _scheduled.Distinct().Count());
        Assert.Equal(3, (await new Journal(_objects).ReadAllAsync(CookId, default)).Count);
    }

    [Fact]
    [Trait("Row", "CK01")]
    [Trait("Row", "CK07")]
    public async Task A_store_that_is_down_is_told_with_the_piece_and_nothing_is_cast_in_its_place()
    {
        await KeepAsync(pieces: 5);
        _objects.Fail($"casts/{CookIds.PieceOf(CookId, 2, 1)}/*", StoreOperation.Create, with: () => new StorageException("casts: the storage is away."));

        var begun = await NewActivity().RunAsync(new PieceBatch(CookId, 1, 0, 5, null), _client.Object, default);

        Assert.Equal([0, 1], begun.Pieces);
        Assert.Equal((2, StartPieces.NotStarted, Phase.Store, true), (begun.Trouble!.Piece, begun.Trouble.Failure.Code, begun.Trouble.Failure.Phase, begun.Trouble.Failure.Transient));
        Assert.Contains("the storage is away", begun.Trouble.Failure.Message, StringComparison.Ordinal);
        Assert.Equal([CookIds.PieceOf(CookId, 0, 1), CookIds.PieceOf(CookId, 1, 1)], _scheduled);
    }

    [Fact]
    public async Task A_further_generation_is_of_the_pieces_that_are_kept_for_it()
    {
        await KeepAsync(pieces: 10);
        await new CookStore(_objects).KeepGenerationAsync(CookId, 2, [3, 7, 9], default);

        var begun = await NewActivity().RunAsync(new PieceBatch(CookId, 2, From: 1, Count: 2, null), _client.Object, default);

        Assert.Equal([7, 9], begun.Pieces);
        Assert.Equal([CookIds.PieceOf(CookId, 7, 2), CookIds.PieceOf(CookId, 9, 2)], _scheduled);
    }

    [Fact]
    [Trait("Row", "CK06")]
    public async Task The_end_of_a_piece_is_told_to_its_cook()
    {
        var told = new List<object?>();
        _client
            .Setup(client => client.RaiseEventAsync(CookId, PieceEnd.EventName, It.IsAny<object?>(), It.IsAny<CancellationToken>()))
            .Callback((string _, string _, object? end, CancellationToken _) => told.Add(end)).Returns(Task.CompletedTask);
        await KeepAsync(pieces: 1);
        await NewActivity().RunAsync(new PieceBatch(CookId, 1, 0, 1, null), _client.Object, default);
        var casts = new CastStore(_objects);
        var failure = new Failure { Code = "http.status", Message = "503.", Phase = Phase.Execute, Step = "a" };

        await new FinishCast(casts, new Journal(_objects), NewLetters(), new UsageLog(_objects, casts), new CastsInFlight(TimeProvider.System), new CastOptions(), TimeProvider.System)
            .RunAsync(new CastEnd(CookIds.PieceOf(CookId, 0, 1), CastStatus.Failed, 0.25m) { Failure = failure }, _client.Object, default);
        var found = await new CheckPieces(casts).RunAsync(new PieceQuestion(CookId, 1, [0]), default);

        var end = Assert.IsType<PieceEnd>(Assert.Single(told));
        Assert.Equal((0, 1, CastStatus.Failed, 0.25m, "http.status"), (end.Piece, end.Generation, end.Status, end.CostUsd, end.Code));
        Assert.Equal(end, Assert.Single(found));
    }

    [Fact]
    [Trait("Row", "KZ18")]
    public async Task Where_there_is_no_room_the_rest_waits_and_what_had_begun_before_has_begun()
    {
        await KeepAsync(pieces: 5);
        _limits = LimitsOf.Accounts(new AccountLimits { CastsInFlight = 2 });
        _client.Setup(client => client.GetAllInstancesAsync(It.IsAny<OrchestrationQuery>())).Returns((OrchestrationQuery? query) => Instances.Pages(query!, [.. _scheduled.Select(Running)]));
        _client
            .Setup(client => client.GetInstanceAsync(It.IsAny<string>(), false, It.IsAny<CancellationToken>()))
            .ReturnsAsync((string id, bool _, CancellationToken _) => _scheduled.Contains(id) ? Running(id) : null);

        var begun = await NewActivity().RunAsync(new PieceBatch(CookId, 1, 0, 5, null), _client.Object, default);
        _limits = LimitsOf.Accounts(new AccountLimits { CastsInFlight = 1 });
        var again = await NewActivity().RunAsync(new PieceBatch(CookId, 1, 0, 5, null), _client.Object, default);

        Assert.Equal([0, 1], begun.Pieces);
        Assert.Equal(("account.castsInFlight", null), (begun.Wait?.Code, begun.Trouble));
        Assert.Equal([0, 1], again.Pieces);
        Assert.Equal("account.castsInFlight", again.Wait?.Code);
        Assert.Equal(2, _scheduled.Distinct().Count());
    }

    static OrchestrationMetadata Running(string id) => Instances.Of(OrchestrationRuntimeStatus.Running, id: id);

    StartPieces NewActivity() => new(new CookStore(_objects), new CastStore(_objects), new Journal(_objects), NewLetters(), _limits, TimeProvider.System);

    DeadLetters NewLetters() => new(new DeadLetterStore(_objects), new Journal(_objects), TimeProvider.System);

    async Task KeepAsync(int pieces)
    {
        var manifest = new CookManifest
        {
            CookId = CookId,
            Account = "main",
            Spell = SpellDocument.Read("""{"slug":"s","steps":[{"id":"a","tool":"json.value","with":{"value":1}}]}""", Documents.DocumentFormat.Json).Spell!,
            Tools = new Dictionary<string, Grimoire.Tools.ToolDefinition>(),
            Pieces = pieces,
            Settings = new CookSettings(),
            CreatedAt = DateTimeOffset.UnixEpoch,
        };
        await new CookStore(_objects).CreateAsync(
            manifest, [.. Enumerable.Range(0, pieces).Select(n => new JsonObject { ["n"] = n, ["style"] = new JsonObject { ["colour"] = "blue" } })], default);
    }
}
