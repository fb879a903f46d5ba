using System.Net;
using System.Text.Json.Nodes;
using Grimoire.Cooks;
using Grimoire.Documents;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Storage;
using Grimoire.Notifications;
using Grimoire.Spells;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Functions.Http;

/// <summary>Reads what a cook is asked for with: a document with its pieces or how to make them, or a table of pieces, which the URL says the rest of.</summary>
public sealed class CookRequests(SpellStore spells)
{
    const int MaxBytes = 24 * 1024 * 1024;

    /// <summary>In the URL, for a table.</summary>
    public static readonly string[] Parameters = ["spell", "version", "name", "concurrency", "tolerated", "budgetUsd", "pieceBudgetUsd"];

    /// <exception cref="RefusedException">Something is wrong with it: all of it is told.</exception>
    public async Task<CookRequest> ReadAsync(HttpRequestData request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var account = request.Account();
        var format = FormatOf(request);
        var text = await RequestBody.TextAsync(request, MaxBytes, cancellation).ConfigureAwait(false);
        var findings = new List<Finding>();
        var reading = format == CookFormat.Document
            ? CookReader.Read(text, MaxBytes)
            : CookReader.ReadParameters(Parameters.Select(name => KeyValuePair.Create(name, request.Query[name] ?? "")));
        if (reading.Cook is not { } cook)
        {
            throw Invalid(reading.Errors);
        }

        var table = format switch
        {
            CookFormat.Lines => Pieces.FromJsonLines(text),
            CookFormat.Csv => Pieces.FromCsv(text, await InputsOfAsync(account, cook.Slug!, cook.Version, cancellation).ConfigureAwait(false)),
            _ => new PieceReading(cook.Pieces ?? [.. cook.Generate!.Pieces()], [], []),
        };
        findings.AddRange(table.Errors);
        var notify = SubscriptionReader.ReadSome(cook.Notify, "/notify", findings, Subscription.DefaultCookEvents);
        if (findings.Count > 0)
        {
            throw Invalid(findings);
        }

        var cast = new CastRequest
        {
            Account = account,
            Spell = cook.Spell,
            Slug = cook.Slug,
            Version = cook.Version,
            Notify = notify,
            IdempotencyKey = IdempotencyKey.Of(request),
            TraceParent = CastStarts.Header(request, "traceparent"),
            TraceState = CastStarts.Header(request, "tracestate"),
            Fingerprint = IdempotencyClaims.Fingerprint(new { Kind = "cook", cook.Spell, cook.Slug, cook.Version, cook.Settings, table.Pieces, notify }),
        };
        return new CookRequest(cast, cook.Settings, table.Pieces, format == CookFormat.Document ? null : table.Lines);
    }

    /// <summary>What the inputs of a saved spell are, by which the cells of a table get their types.</summary>
    async Task<JsonObject?> InputsOfAsync(string account, string slug, int? version, CancellationToken cancellation)
    {
        var saved = version is { } wanted
            ? await spells.FindAsync(account, slug, wanted, cancellation).ConfigureAwait(false)
            : await spells.FindAsync(account, slug, cancellation).ConfigureAwait(false);
        if (saved is null)
        {
            throw new Problem(HttpStatusCode.NotFound, "spell.notFound", version is null ? $"There is no spell '{slug}'." : $"There is no version {version} of the spell '{slug}'.").Refused();
        }

        return SpellDocument.Read(saved.Document).Spell?.Inputs;
    }

    static RefusedException Invalid(IReadOnlyList<Finding> errors) =>
        new Problem(HttpStatusCode.UnprocessableEntity, "cook.invalid", "The cook cannot be begun; errors says why.", errors).Refused();

    static CookFormat FormatOf(HttpRequestData request) => RequestBody.MediaTypeOf(request) switch
    {
        "text/csv" => CookFormat.Csv,
        "application/jsonl" or "application/x-ndjson" or "application/x-jsonlines" => CookFormat.Lines,
        "" or "application/json" => CookFormat.Document,
        var other => throw new Problem(
            HttpStatusCode.UnsupportedMediaType, "request.mediaType", $"The Content-Type is '{other}'; application/json, application/jsonl or text/csv is wanted.").Refused(),
    };

    enum CookFormat
    {
        Document,
        Lines,
        Csv,
    }
}
