using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Grimoire.Accounts;
using Grimoire.Cooks;
using Grimoire.Functions.Security;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>What a cook has come to, for use elsewhere: its pieces as a table, and what they have made as an archive. Both are made while they are sent.</summary>
public sealed class CookExportsApi(CookViews views, PieceRows rows, ArtifactArchive archive)
{
    /// <summary>What of a text is passed on at once.</summary>
    const int TextBuffer = 16 * 1024;

    [Function("ExportCookResults")]
    [Needs(Role.Viewer)]
    public async Task<HttpResponseData> ResultsAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/cooks/{id}/results")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var format = request.Query["format"] switch
        {
            null or "" or "jsonl" => TableFormat.Lines,
            "csv" => TableFormat.Csv,
            _ => throw RequestQuery.Bad("format", "jsonl or csv is wanted"),
        };
        var (now, pieces) = await WantedAsync(request, client, id, cancellation).ConfigureAwait(false);
        return format == TableFormat.Csv
            ? Sent(request, "text/csv; charset=utf-8", $"{now.Cook.Id}.csv", (to, gone) => WriteCsvAsync(to, now, pieces, gone))
            : Sent(request, "application/jsonl; charset=utf-8", $"{now.Cook.Id}.jsonl", (to, gone) => WriteLinesAsync(to, now, pieces, gone));
    }

    [Function("ExportCookArtifacts")]
    [Needs(Role.Viewer)]
    public async Task<HttpResponseData> ArtifactsAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/cooks/{id}/artifacts")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (now, pieces) = await WantedAsync(request, client, id, cancellation).ConfigureAwait(false);
        return Sent(request, "application/zip", $"{now.Cook.Id}.zip", (to, gone) => archive.WriteAsync(to, now, pieces, gone));
    }

    async Task<(CookNow Now, IEnumerable<PieceView> Pieces)> WantedAsync(HttpRequestData request, DurableTaskClient client, string id, CancellationToken cancellation)
    {
        var statuses = request.Choices<PieceStatus>("status");
        var now = await views.GetAsync(client, id, cancellation).ConfigureAwait(false);
        return (now, now.Pieces.Where(piece => statuses?.Contains(piece.Status) != false));
    }

    async Task WriteCsvAsync(Stream to, CookNow now, IEnumerable<PieceView> pieces, CancellationToken cancellation)
    {
        // What an output is made of is known of a spell that says it.
        var output = now.Manifest.Spell.Output is JsonObject fields ? fields.Select(field => field.Key).ToList() : [];
        var table = PieceTable.Of(now.Manifest.Spell.Inputs, output);
        await using var writer = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), TextBuffer, leaveOpen: true);
        await table.WriteCsvAsync(writer, rows.ReadAsync(now.Cook.Id, pieces, cancellation), cancellation).ConfigureAwait(false);
    }

    async Task WriteLinesAsync(Stream to, CookNow now, IEnumerable<PieceView> pieces, CancellationToken cancellation)
    {
        await using var writer = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), TextBuffer, leaveOpen: true);
        await PieceTable.WriteJsonLinesAsync(writer, rows.ReadAsync(now.Cook.Id, pieces, cancellation), cancellation).ConfigureAwait(false);
    }

    /// <param name="request">What is answered.</param>
    /// <param name="contentType">Of the body.</param>
    /// <param name="fileName">Made of the id of a cook, which has nothing in it that would have to be escaped.</param>
    /// <param name="produce">Writes the body.</param>
    static HttpResponseData Sent(HttpRequestData request, string contentType, string fileName, Func<Stream, CancellationToken, Task> produce)
    {
        var response = request.CreateResponse(HttpStatusCode.OK);
        response.Headers.Add("Content-Type", contentType);
        response.Headers.Add("Content-Disposition", $"attachment; filename=\"{fileName}\"");
        response.Headers.Add("X-Content-Type-Options", "nosniff");
        response.Body = new ProducedStream(produce);
        return response;
    }

    enum TableFormat
    {
        Lines,
        Csv,
    }
}
