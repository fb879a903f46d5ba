using System.Globalization;
using System.Net;
using Grimoire.Accounts;
using Grimoire.Casts;
using Grimoire.Functions.Security;
using Grimoire.Functions.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace Grimoire.Functions.Http;

/// <summary>What a cast has made, or a run, which is one in other words.</summary>
public sealed class ArtifactsApi(CastReading reading, Journal journal, IObjectStore objects)
{
    [Function("ListCastArtifacts")]
    [Needs(Role.Viewer)]
    public Task<HttpResponseData> ListAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/casts/{id}/artifacts")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation) => AllOfAsync(request, client, id, cancellation);

    [Function("ListRunArtifacts")]
    [Needs(Role.Viewer)]
    public Task<HttpResponseData> ListOfRunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/runs/{id}/artifacts")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        CancellationToken cancellation) => AllOfAsync(request, client, id, cancellation);

    [Function("GetCastArtifact")]
    [Needs(Role.Viewer)]
    public Task<HttpResponseData> GetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/casts/{id}/artifacts/{*name}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        string name,
        CancellationToken cancellation) => SendAsync(request, client, id, name, cancellation);

    [Function("GetRunArtifact")]
    [Needs(Role.Viewer)]
    public Task<HttpResponseData> GetOfRunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/runs/{id}/artifacts/{*name}")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        string id,
        string name,
        CancellationToken cancellation) => SendAsync(request, client, id, name, cancellation);

    async Task<HttpResponseData> AllOfAsync(HttpRequestData request, DurableTaskClient client, string id, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var cast = await reading.GetAsync(client, id, cancellation).ConfigureAwait(false);
        return await Answer.OkAsync(request, new { cast.View.Artifacts }, cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends the artifact, or the part of it that is asked for, as it comes from the storage.</summary>
    async Task<HttpResponseData> SendAsync(HttpRequestData request, DurableTaskClient client, string id, string name, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var cast = await reading.GetAsync(client, id, cancellation).ConfigureAwait(false);

        // Only what the cast says that it has made is looked for: no name reaches the storage that a caller has made up.
        if (cast.View.Artifacts.FirstOrDefault(artifact => artifact.Artifact == name) is not { } found)
        {
            throw new Problem(HttpStatusCode.NotFound, "artifact.notFound", "The cast has made no artifact of that name.").Refused();
        }

        if (cast.View.ArtifactsRemovedAt is not null && found.CastId == id)
        {
            throw Expired();
        }

        var download = new ArtifactDownload(request, found);
        if (download.IsKnown)
        {
            return download.Head(HttpStatusCode.NotModified);
        }

        var (offset, length) = download.Part;
        var response = download.Head(download.IsPart ? HttpStatusCode.PartialContent : HttpStatusCode.OK);
        if (download.IsPart)
        {
            response.Headers.Add("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes {offset}-{offset + length - 1}/{found.Bytes}"));
        }

        var content = request.Method.Equals("HEAD", StringComparison.OrdinalIgnoreCase) || length == 0
            ? Stream.Null
            : await objects.DownloadAsync(CastObjects.Artifact(found.CastId, found.Artifact), offset, length, cancellation).ConfigureAwait(false)
                ?? throw await MissingAsync(found.CastId, cancellation).ConfigureAwait(false);
        response.Body = new SizedStream(content, length);
        return response;
    }

    /// <summary>It may have been taken over from another cast, whose artifacts are not kept any longer.</summary>
    async Task<RefusedException> MissingAsync(string castId, CancellationToken cancellation) =>
        (await journal.ReadAllAsync(castId, cancellation).ConfigureAwait(false)).Any(e => e.Type == CastEvents.ArtifactsRemoved)
            ? Expired()
            : new Problem(HttpStatusCode.NotFound, "artifact.gone", "The cast has made that artifact, but it is no longer in the storage.").Refused();

    static RefusedException Expired() =>
        new Problem(HttpStatusCode.Gone, "artifact.expired", "The cast has made that artifact, but artifacts are not kept for as long.").Refused();
}
