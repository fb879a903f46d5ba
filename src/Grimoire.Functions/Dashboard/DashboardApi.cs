using System.Net;
using Grimoire.Functions.Http;
using Grimoire.Functions.Security;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Grimoire.Functions.Dashboard;

/// <summary>
/// Serves the dashboard: a page and its parts. They hold no data: whoever opens them sees nothing before a key is given, with which they call the
/// HTTP API as anybody does.
/// </summary>
public sealed class DashboardApi(DashboardAssets assets)
{
    /// <summary>Nothing that is not one of the parts runs, is shown or is called, and no text ever becomes markup.</summary>
    const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' blob:; media-src blob:; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    // An empty route would be that of a function without one.
    [Function("Dashboard")]
    [Open]
    public Task<HttpResponseData> PageAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "{page:maxlength(0)?}")] HttpRequestData request,
        CancellationToken cancellation) => SendAsync(request, DashboardAssets.Page, cancellation);

    [Function("DashboardAsset")]
    [Open]
    public Task<HttpResponseData> AssetAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ui/{*path}")] HttpRequestData request,
        string path,
        CancellationToken cancellation) => SendAsync(request, path, cancellation);

    async Task<HttpResponseData> SendAsync(HttpRequestData request, string path, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var asset = assets.Find(path)
            ?? throw new Problem(HttpStatusCode.NotFound, "asset.notFound", "The dashboard has no such part; it begins at /.").Refused();
        var isKnown = request.Headers.TryGetValues("If-None-Match", out var known) && string.Join(',', known).Contains(asset.ETag, StringComparison.Ordinal);
        var response = request.CreateResponse(isKnown ? HttpStatusCode.NotModified : HttpStatusCode.OK);
        response.Headers.Add("ETag", asset.ETag);
        // Asked for each time, answered in a few bytes: a new version is never mixed with parts of an old one.
        response.Headers.Add("Cache-Control", "no-cache");
        response.Headers.Add("Content-Security-Policy", Policy);
        response.Headers.Add("X-Content-Type-Options", "nosniff");
        response.Headers.Add("Referrer-Policy", "no-referrer");
        response.Headers.Add("Cross-Origin-Opener-Policy", "same-origin");
        if (!isKnown)
        {
            response.Headers.Add("Content-Type", asset.ContentType);
            await response.Body.WriteAsync(asset.Content, cancellation).ConfigureAwait(false);
        }

        return response;
    }
}
