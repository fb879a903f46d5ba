using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Casts;

namespace Grimoire.Cooks;

/// <summary>Every kind of event in the journal of a cook, and the id that makes it unique there. Item is the piece, attempt its generation.</summary>
public static class CookEvents
{
    public const string Created = "cook.created";

    /// <summary>A generation of pieces begins.</summary>
    public const string Started = "cook.started";
    public const string Paused = "cook.paused";
    public const string Resumed = "cook.resumed";

    /// <summary>A limit of the account keeps pieces from beginning.</summary>
    public const string Held = "cook.held";

    /// <summary>They begin again.</summary>
    public const string Released = "cook.released";
    public const string Completed = "cook.completed";
    public const string Failed = "cook.failed";
    public const string Cancelled = "cook.cancelled";
    public const string PieceStarted = "piece.started";
    public const string PieceEnded = "piece.ended";

    /// <summary>The cast of a piece was done again on its own, outside the cook.</summary>
    public const string PieceRedriven = "piece.redriven";

    /// <summary>A piece that could not be begun, and somebody says that nothing more is to be done about it.</summary>
    public const string PieceDiscarded = "piece.discarded";

    public static IReadOnlyList<string> Types { get; } =
        [Created, Started, Paused, Resumed, Held, Released, Completed, Failed, Cancelled, PieceStarted, PieceEnded, PieceRedriven, PieceDiscarded];

    public static bool IsEnd(string type) => type is Completed or Failed or Cancelled;

    public static CastEvent OfCreation(CookManifest manifest)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        return new(Created, Created, manifest.CreatedAt)
        {
            Data = Json(new { manifest.Account, manifest.Settings.Name, Spell = manifest.Spell.Slug, Version = manifest.SpellVersion, manifest.Pieces }),
        };
    }

    /// <param name="generation">Which.</param>
    /// <param name="at">When.</param>
    /// <param name="pieces">How many it has.</param>
    public static CastEvent OfStart(int generation, DateTimeOffset at, int pieces) => new(Id(Started, generation), Started, at) { Attempt = generation, Data = Json(new { pieces }) };

    /// <param name="type">Paused or resumed.</param>
    /// <param name="at">When.</param>
    /// <param name="generation">Which.</param>
    /// <param name="occurrence">It may happen more than once: the how manyeth.</param>
    /// <param name="reason">Why.</param>
    public static CastEvent Turned(string type, DateTimeOffset at, int generation, int occurrence, string? reason) =>
        new(Id(type, generation) + Id("", occurrence), type, at) { Attempt = generation, Data = Json(new { reason }) };

    /// <summary>Something holds the cook up, or does not any more.</summary>
    /// <param name="course">As it is from then on.</param>
    /// <param name="at">When.</param>
    public static CastEvent OfHold(CookCourse course, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(course);
        var type = course.Hold is null ? Released : Held;
        return new(Id(type, course.Plan.Generation, course.Holds), type, at)
        {
            Attempt = course.Plan.Generation,
            Data = course.Hold is { } hold ? Json(new { hold.Code, hold.Message }) : null,
        };
    }

    /// <summary>A generation ends once: whoever says so first is believed.</summary>
    public static CastEvent OfEnd(CookOutcome outcome, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        var type = outcome.Status switch { CastStatus.Completed => Completed, CastStatus.Cancelled => Cancelled, _ => Failed };
        return new(Id("cook.ended", outcome.Generation), type, at) { Attempt = outcome.Generation, Data = Json(new { outcome.Progress, outcome.Failure, outcome.Reason }) };
    }

    public static CastEvent OfBegin(int piece, int generation, DateTimeOffset at) => new(Id(PieceStarted, piece, generation), PieceStarted, at) { Item = piece, Attempt = generation };

    public static CastEvent OfEnd(PieceEnd end, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(end);
        return new(Id(PieceEnded, end.Piece, end.Generation), PieceEnded, at)
        {
            Item = end.Piece,
            Attempt = end.Generation,
            Data = Json(new { end.Status, end.CostUsd, end.Code, end.Message }),
        };
    }

    /// <param name="piece">Whose cast was done again.</param>
    /// <param name="generation">Which cast of it.</param>
    /// <param name="again">The new cast.</param>
    /// <param name="at">When.</param>
    public static CastEvent OfRedrive(int piece, int generation, string again, DateTimeOffset at) =>
        new($"{PieceRedriven}:{again}", PieceRedriven, at) { Item = piece, Attempt = generation, Data = Json(new { CastId = again }) };

    public static CastEvent OfDiscard(int piece, int generation, DateTimeOffset at, string? by, string? reason) =>
        new(Id(PieceDiscarded, piece, generation), PieceDiscarded, at) { Item = piece, Attempt = generation, Data = Json(new { by, reason }) };

    static string Id(string type, params int[] numbers) => type + string.Concat(numbers.Select(number => string.Create(CultureInfo.InvariantCulture, $":{number}")));

    static JsonObject Json(object data) => JsonSerializer.SerializeToNode(data, DomainJson.Options)!.AsObject();
}
