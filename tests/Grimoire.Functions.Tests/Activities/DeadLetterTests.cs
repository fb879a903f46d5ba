using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Functions.Activities;
using Grimoire.Functions.Orchestrations;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;
using Grimoire.Spells;
using Microsoft.DurableTask.Client;
using Moq;

namespace Grimoire.Functions.Tests.Activities;

/// <summary>A cast that has failed for good has a letter, from before that is told until somebody has dealt with it.</summary>
[Trait("Row", "KZ14")]
public sealed class DeadLetterTests
{
    const string Letter = "deadletters/acme/0000000000000000001.json";
    const string CookId = "acme.cook-0123456789abcdefghj";

    static readonly Failure Why = new() { Code = "http.status", Message = "503.", Phase = Phase.Execute, Step = "one", Attempt = 2 };
    static readonly CastEnd Failed = new(World.Cast, CastStatus.Failed, 0.25m) { Failure = Why };

    readonly Mock<DurableTaskClient> _client = new("test");

    [Fact]
    public async Task It_is_written_before_the_end_is_told_and_says_where_and_why()
    {
        var world = await World.WithToolAsync();

        await world.NewWorker().FinishCast.EndAsync(Failed, default);

        var writes = world.Faults.Calls.Where(call => call.Operation is StoreOperation.Create or StoreOperation.Append).Select(call => call.Name)
            .Where(name => !name.StartsWith("usage/", StringComparison.Ordinal)).ToList();
        Assert.Equal([CastObjects.Result(World.Cast), Letter, CastObjects.Journal(World.Cast)], writes);
        var letter = await FindAsync(world);
        Assert.Equal(
            (World.Cast, "test", "one", 2, Phase.Execute, "http.status", 0.25m),
            (letter!.CastId, letter.Spell, letter.Failure.Step, letter.Failure.Attempt, letter.Failure.Phase, letter.Failure.Code, letter.CostUsd));
    }

    [Theory]
    [InlineData("*journal*", nameof(StoreOperation.Append), false)]
    [InlineData("*journal*", nameof(StoreOperation.Append), true)]
    [InlineData("deadletters/*", nameof(StoreOperation.Create), false)]
    [InlineData("deadletters/*", nameof(StoreOperation.Create), true)]
    [Trait("Row", "KZ15")]
    public async Task An_end_that_storage_breaks_off_leaves_a_letter_when_it_is_completed(string name, string operation, bool after)
    {
        var world = await World.WithToolAsync();
        using (world.Faults.Fail(name, Enum.Parse<StoreOperation>(operation), moment: after ? FaultMoment.After : FaultMoment.Before))
        {
            await Assert.ThrowsAsync<StorageException>(() => world.NewWorker().FinishCast.EndAsync(Failed, default));
        }

        await world.NewWorker().FinishCast.EndAsync(Failed, default);

        Assert.NotNull(await FindAsync(world));
        Assert.Equal(["cast.failed"], await world.TypesAsync());
    }

    [Fact]
    public async Task What_was_dealt_with_does_not_come_back_when_the_end_is_delivered_again()
    {
        var world = await World.WithToolAsync();
        await world.NewWorker().FinishCast.EndAsync(Failed, default);
        Assert.True(await world.NewWorker().Letters.DiscardAsync(World.Cast, "ann", "Enough.", default));

        await world.NewWorker().FinishCast.EndAsync(Failed, default);
        await world.NewWorker().Closer.CloseAsync(_client.Object, World.Cast, Why, default);

        Assert.Null(await FindAsync(world));
        Assert.False(await world.NewWorker().Letters.DiscardAsync(World.Cast, "bob", "Again.", default));
        var told = (await world.EventsAsync()).Single(e => e.Type == CastEvents.CastDiscarded);
        Assert.Equal(("ann", "Enough."), ((string?)told.Data!["by"], (string?)told.Data["reason"]));
    }

    [Fact]
    public async Task One_that_is_ended_from_outside_has_one_too()
    {
        var world = await World.WithToolAsync();
        await world.NewWorker().StartCast.BeginAsync(new CastOrder(World.Cast), default);

        await world.NewWorker().Closer.CloseAsync(_client.Object, World.Cast, new Failure { Code = "cast.terminated", Message = "Ended.", Phase = Phase.Execute }, default);

        Assert.Equal("cast.terminated", (await FindAsync(world))?.Failure.Code);
    }

    [Fact]
    public async Task A_cast_that_was_cancelled_and_a_sub_cast_have_none()
    {
        var world = await World.WithToolAsync();
        var child = CastIds.Child(World.Key());
        await world.Disk.CreateAsync(CastObjects.Manifest(child), CastStore.Bytes(world.Manifest with { CastId = child, Parent = new CastParent(World.Cast, "one", null, 1, 1) }), default);

        await world.NewWorker().FinishCast.EndAsync(new CastEnd(World.Cast, CastStatus.Cancelled, 0), default);
        await world.NewWorker().FinishCast.EndAsync(Failed with { CastId = child }, default);

        Assert.Empty(await world.NamesAsync("deadletters/"));
    }

    [Fact]
    [Trait("Row", "UX05")]
    public async Task The_cast_that_does_it_again_takes_it_away_whoever_has_asked_for_that()
    {
        const string old = "acme-0000000000000000000";
        var world = new World();
        await world.WriteAsync(world.ManifestOf(World.Step()) with
        {
            Redrive = new RedriveOrigin(old, "one", new Dictionary<string, ReusedStep>(), new Dictionary<string, IReadOnlyList<ReusedItem>>()),
        });
        await new Journal(world.Disk).AppendAsync(old, [CastEvents.Ended(CastEvents.CastFailed, world.Time.GetUtcNow(), 0, Why)], default);
        await new DeadLetterStore(world.Disk).CreateAsync(DeadLetter.Of(world.Manifest with { CastId = old }, new CastOutcome { Status = CastStatus.Failed, Failure = Why }, world.Time.GetUtcNow()), default);

        await world.NewWorker().StartCast.RunAsync(new CastOrder(World.Cast), _client.Object, default);
        await world.NewWorker().StartCast.RunAsync(new CastOrder(World.Cast), _client.Object, default);

        Assert.Empty(await world.NamesAsync("deadletters/"));
        Assert.Equal(World.Cast, (string?)(await world.EventsAsync(old)).Single(e => e.Type == CastEvents.CastRedriven).Data!["castId"]);
    }

    [Fact]
    [Trait("Row", "CK07")]
    public async Task A_piece_that_could_not_be_begun_has_one_and_its_cook_says_who_has_discarded_it()
    {
        var world = await WithCookAsync();
        var lost = new LostPiece(CookId, new PieceEnd(2, 1, CastStatus.Failed, 0) { Code = StartPieces.NotStarted }, new Failure { Code = StartPieces.NotStarted, Message = "Away.", Phase = Phase.Store });
        var activity = new LosePiece(new CookStore(world.Disk), world.NewWorker().Letters, new Journal(world.Disk), world.Time);

        await activity.RunAsync(lost, default);
        await activity.RunAsync(lost, default);

        var letter = await new DeadLetterStore(world.Disk).FindAsync(CookIds.PieceOf(CookId, 2, 1), default);
        Assert.Equal((true, 2, StartPieces.NotStarted), (letter!.NeverBegun, letter.Cook!.Piece, letter.Failure.Code));
        Assert.True(await world.NewWorker().Letters.DiscardAsync(letter.CastId, "ann", null, default));
        Assert.Equal([CookEvents.PieceEnded, CookEvents.PieceDiscarded], await world.TypesAsync(CookId));
        Assert.Empty(await world.NamesAsync("casts/acme.piece"));
    }

    [Fact]
    [Trait("Row", "CK06")]
    public async Task The_letters_of_pieces_that_are_cast_again_go_and_no_others()
    {
        var world = await WithCookAsync();
        foreach (var piece in (int[])[1, 3])
        {
            await new DeadLetterStore(world.Disk).CreateAsync(
                DeadLetter.Of(await new CookStore(world.Disk).GetAsync(CookId, default), piece, 1, Why, world.Time.GetUtcNow()), default);
        }

        await new CookStore(world.Disk).KeepGenerationAsync(CookId, 2, [3], default);
        var worker = world.NewWorker();
        await new StartPieces(new CookStore(world.Disk), worker.Casts, worker.Journal, worker.Letters, LimitsOf.Accounts(), world.Time).RunAsync(new PieceBatch(CookId, 2, 0, 1, null), _client.Object, default);

        Assert.Equal(["deadletters/acme/0123456789abcdefghj~000001-1.json"], await world.NamesAsync("deadletters/"));
    }

    static Task<DeadLetter?> FindAsync(World world) => new DeadLetterStore(world.Disk).FindAsync(World.Cast, default);

    static async Task<World> WithCookAsync()
    {
        var world = new World();
        var manifest = new CookManifest
        {
            CookId = CookId,
            Account = "acme",
            Spell = SpellDocument.Read("""{"slug":"s","steps":[{"id":"a","tool":"json.value","with":{"value":1}}]}""", Documents.DocumentFormat.Json).Spell!,
            Tools = new Dictionary<string, Grimoire.Tools.ToolDefinition>(),
            Pieces = 5,
            Settings = new CookSettings(),
            CreatedAt = world.Time.GetUtcNow(),
        };
        await new CookStore(world.Disk).CreateAsync(manifest, [.. Enumerable.Range(0, 5).Select(n => new JsonObject { ["n"] = n })], default);
        return world;
    }
}
