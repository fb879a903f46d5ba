using Grimoire.Casts;
using Grimoire.Cooks;
using Grimoire.Spells;

namespace Grimoire.Tests.Cooks;

public sealed class CookViewTests
{
    const string CookId = "main.cook-0123456789abcdefghj";

    static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    static readonly CookManifest Manifest = new()
    {
        CookId = CookId,
        Account = "main",
        Spell = SpellDocument.Read("""{"slug":"s","steps":[{"id":"a","tool":"json.value","with":{"value":1}}]}""", Documents.DocumentFormat.Json).Spell!,
        Tools = new Dictionary<string, Grimoire.Tools.ToolDefinition>(),
        Pieces = 4,
        Settings = new CookSettings(),
        CreatedAt = Now,
    };

    [Fact]
    public void Nothing_has_happened_yet()
    {
        var (cook, pieces) = CookView.Of(Manifest, []);

        Assert.Equal((CastStatus.Pending, 4, 4), (cook.Status, cook.Progress.Total, cook.Progress.Waiting));
        Assert.All(pieces, piece => Assert.Equal((PieceStatus.Waiting, null), (piece.Status, piece.CastId)));
    }

    [Fact]
    [Trait("Row", "CK02")]
    [Trait("Row", "CK06")]
    public void Each_piece_tells_its_cast_and_how_it_has_ended()
    {
        var (cook, pieces) = CookView.Of(Manifest,
        [
            CookEvents.OfCreation(Manifest), CookEvents.OfStart(1, Now, 4), CookEvents.OfBegin(0, 1, Now), CookEvents.OfBegin(1, 1, Now), CookEvents.OfBegin(2, 1, Now),
            CookEvents.OfEnd(new PieceEnd(1, 1, CastStatus.Failed, 0.2m) { Code = "http.status", Message = "No." }, Now.AddSeconds(2)),
            CookEvents.OfEnd(new PieceEnd(0, 1, CastStatus.Completed, 0.1m), Now.AddSeconds(3)),
        ]);

        Assert.Equal([PieceStatus.Completed, PieceStatus.Failed, PieceStatus.Running, PieceStatus.Waiting], pieces.Select(piece => piece.Status));
        Assert.Equal((CookIds.PieceOf(CookId, 1, 1), 0.2m, "http.status", "No."), (pieces[1].CastId, pieces[1].CostUsd, pieces[1].Code, pieces[1].Error));
        Assert.Equal((1, 1, 1, 1, 0.3m, 2), (cook.Progress.Completed, cook.Progress.Failed, cook.Progress.Running, cook.Progress.Waiting, cook.Progress.CostUsd, cook.Progress.CastsEnded));
        Assert.Equal((CastStatus.Running, Now), (cook.Status, cook.StartedAt));
    }

    [Fact]
    public void A_piece_that_is_cast_again_counts_once_and_costs_twice()
    {
        var (cook, pieces) = CookView.Of(Manifest,
        [
            CookEvents.OfStart(1, Now, 4), CookEvents.OfBegin(0, 1, Now), CookEvents.OfEnd(new PieceEnd(0, 1, CastStatus.Failed, 0.2m) { Code = "x" }, Now),
            CookEvents.OfEnd(new CookOutcome(1, CastStatus.Failed, CookProgress.Of(4)) { Failure = new Failure { Code = "y", Message = "y", Phase = Phase.Execute } }, Now),
            CookEvents.OfStart(2, Now.AddHours(1), 4), CookEvents.OfBegin(0, 2, Now.AddHours(1)), CookEvents.OfEnd(new PieceEnd(0, 2, CastStatus.Completed, 0.3m), Now.AddHours(2)),

            // Late, of the first time.
            CookEvents.OfBegin(0, 1, Now),
        ]);

        Assert.Equal((PieceStatus.Completed, 2, 0.5m, null), (pieces[0].Status, pieces[0].Generation, pieces[0].CostUsd, pieces[0].Code));
        Assert.Equal((CastStatus.Running, 2, null, 0, 1), (cook.Status, cook.Generation, cook.Failure, cook.Progress.Failed, cook.Progress.Completed));
    }

    [Fact]
    [Trait("Row", "CK01")]
    public void A_piece_that_could_not_be_begun_has_no_cast()
    {
        var (_, pieces) = CookView.Of(Manifest, [CookEvents.OfStart(1, Now, 4), CookEvents.OfEnd(new PieceEnd(3, 1, CastStatus.Failed, 0) { Code = "piece.notStarted" }, Now)]);

        Assert.Equal((PieceStatus.Failed, null, "piece.notStarted"), (pieces[3].Status, pieces[3].CastId, pieces[3].Code));
    }

    [Fact]
    public void How_it_ends_is_told()
    {
        var (held, _) = CookView.Of(Manifest, [CookEvents.OfStart(1, Now, 4), CookEvents.Turned(CookEvents.Paused, Now, 1, 1, "Noon.")]);
        var (ended, _) = CookView.Of(Manifest,
            [CookEvents.OfStart(1, Now, 4), CookEvents.OfEnd(new CookOutcome(1, CastStatus.Cancelled, CookProgress.Of(4)) { Reason = "Enough." }, Now.AddMinutes(1))]);

        Assert.Equal(CastStatus.Paused, held.Status);
        Assert.Equal((CastStatus.Cancelled, "Enough.", Now.AddMinutes(1)), (ended.Status, ended.Reason, ended.EndedAt));
    }
}
