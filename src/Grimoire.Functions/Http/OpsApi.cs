using Grimoire.Accounts;
using Grimoire.Functions.Security;
using Grimoire.Functions.Tools;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;

namespace Grimoire.Functions.Http;

/// <summary>For whoever looks after the app.</summary>
public sealed class OpsApi(StalledSteps stalled, OpsOptions options)
{
    [Function("ListStalledSteps")]
    [Needs(Role.Admin)]
    public async Task<HttpResponseData> StalledAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/ops/stalled")] HttpRequestData request,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var minutes = request.Whole("minutes", options.StalledMinutes, 0, OpsOptions.MaxMinutes);
        var page = await stalled
            .ListAsync(client, request.Account(), TimeSpan.FromMinutes(minutes), request.Whole("top", 50, 1, 200), request.Continuation(), cancellation)
            .ConfigureAwait(false);
        return await Answer.OkAsync(request, new { minutes, page.Stalled, page.Continuation }, cancellation).ConfigureAwait(false);
    }
}

/// <summary>Settings "Ops:…".</summary>
/// <param name="StalledMinutes">From when on a step is listed, if the request does not say.</param>
public sealed record OpsOptions(int StalledMinutes = 15)
{
    internal const int MaxMinutes = 1_000_000;

    /// <exception cref="InvalidOperationException">A setting is wrong; the message says which, and what would be right.</exception>
    internal static OpsOptions From(IConfiguration configuration) => new(Setting.Number(configuration, "Ops:StalledMinutes", 15, 1, MaxMinutes));
}
