using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Documents;
using Grimoire.Functions.Http;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Tests.Support;
using Grimoire.Spells;
using Grimoire.Tools;

namespace Grimoire.Functions.Tests.Http;

/// <summary>Whoever looks at a cook again sees what he would see if all of its journal were read anew.</summary>
[Trait("Row", "UX10")]
public sealed class CookFoldsTests
{
    static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly FaultyObjects _objects = new();
    readonly CookFolds _folds;

    public CookFoldsTests() => _folds = new CookFolds(new Journal(_objects));

    [Fact]
    public async Task What_is_new_is_added_and_what_was_given_before_stays_as_it_was()
    {
        await AppendAsync(CookEvents.OfStart(1, Now, 4), CookEvents.OfBegin(0, 1, Now));
        var before = await ReadAsync();
        await AppendAsync(CookEvents.OfBegin(0, 1, Now), Ended(0, 1, 0.5m), Ended(0, 1, 0.5m));
        var after = await ReadAsync();
        var again = await ReadAsync();

        Assert.Equal((PieceStatus.Running, 1, 0m), (before.Pieces[0].Status, before.Cook.Progress.Running, before.Cook.Progress.CostUsd));
        Assert.Equal((PieceStatus.Completed, 0, 0.5m, 1), (after.Pieces[0].Status, after.Cook.Progress.Running, after.Cook.Progress.CostUsd, after.Cook.Progress.CastsEnded));
        Assert.Equal((after.Cook, after.Pieces), again);
    }

    [Fact]
    public async Task Each_look_is_what_the_whole_journal_comes_to_however_many_look_at_once()
    {
        for (var piece = 0; piece < 40; piece++)
        {
            var looks = Enumerable.Range(0, 5).Select(_ => ReadAsync()).ToList();
            await AppendAsync(CookEvents.OfBegin(piece, 1, Now), Ended(piece, 1, 0.01m));
            await Task.WhenAll(looks);

            var (cook, pieces) = await ReadAsync();
            var whole = CookView.Of(Manifest(), await new Journal(_objects).ReadAllAsync(Cook(0), default));
            Assert.Equal(whole.Cook, cook);
            Assert.Equal(whole.Pieces, pieces);
        }
    }

    [Fact]
    public async Task A_cook_whose_journal_was_deleted_is_not_remembered()
    {
        await AppendAsync(CookEvents.OfStart(1, Now, 4), CookEvents.OfBegin(0, 1, Now), Ended(0, 1, 0.5m));
        await ReadAsync();
        await _objects.DeleteAsync(CastObjects.Journal(Cook(0)), default);

        var gone = await ReadAsync();
        await AppendAsync(CookEvents.OfBegin(1, 1, Now));
        var begun = await ReadAsync();

        Assert.Equal((CastStatus.Pending, 0m, PieceStatus.Waiting), (gone.Cook.Status, gone.Cook.Progress.CostUsd, gone.Pieces[0].Status));
        Assert.Equal((PieceStatus.Waiting, PieceStatus.Running), (begun.Pieces[0].Status, begun.Pieces[1].Status));
    }

    [Fact]
    public async Task More_cooks_than_are_remembered_are_read_anew()
    {
        for (var round = 0; round < 2; round++)
        {
            for (var cook = 0; cook < 4; cook++)
            {
                await new Journal(_objects).AppendAsync(Cook(cook), [CookEvents.OfBegin(cook, 1, Now)], default);
                var (_, pieces) = await _folds.ReadAsync(Manifest(cook, pieces: 100_000), default);

                Assert.Equal(PieceStatus.Running, pieces[cook].Status);
            }
        }
    }

    static CastEvent Ended(int piece, int generation, decimal costUsd) => CookEvents.OfEnd(new PieceEnd(piece, generation, CastStatus.Completed, costUsd), Now);

    Task AppendAsync(params CastEvent[] events) => new Journal(_objects).AppendAsync(Cook(0), events, default);

    Task<(CookView Cook, IReadOnlyList<PieceView> Pieces)> ReadAsync() => _folds.ReadAsync(Manifest(), default);

    static string Cook(int number) => $"main.cook-0123456789abcdefgh{number}";

    static CookManifest Manifest(int cook = 0, int pieces = 40) => new()
    {
        CookId = Cook(cook),
        Account = "main",
        Spell = SpellDocument.Read("""{"slug":"s","steps":[{"id":"a","tool":"json.value","with":{"value":1}}]}""", DocumentFormat.Json).Spell!,
        Tools = new Dictionary<string, ToolDefinition>(),
        Pieces = pieces,
        Settings = Settings,
        CreatedAt = Now,
    };

    static readonly CookSettings Settings = new();
}
