using System.Text.RegularExpressions;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Tools;
using Grimoire.Functions.Tools.Egress;
using Grimoire.Functions.Tools.Http;
using Grimoire.Tools;

namespace Grimoire.Functions.Telemetry;

/// <summary>
/// Sees whether the servers of an account's tools answer at all. They are asked HEAD / without any credentials, under the policy for outgoing requests;
/// whatever they answer will do.
/// </summary>
public sealed partial class ToolProbe(ToolCatalog tools, IHttpClientFactory clients, Secrets secrets, TimeProvider time)
{
    const int AtOnce = 8;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<IReadOnlyList<EndpointHealth>> LookAsync(string account, CancellationToken cancellation)
    {
        var set = await tools.OfAsync(account, cancellation).ConfigureAwait(false);
        var origins = set.Ids
            .Select(id => (Id: id, Origin: OriginOf(set.Find(id)!)))
            .Where(tool => tool.Origin is not null)
            .GroupBy(tool => tool.Origin!, tool => tool.Id)
            .OrderBy(origin => origin.Key.AbsoluteUri, StringComparer.Ordinal);
        using var line = new SemaphoreSlim(AtOnce);
        return await Task.WhenAll(origins.Select(origin => ProbeAsync(origin.Key, [.. origin.Order(StringComparer.Ordinal)], line, cancellation))).ConfigureAwait(false);
    }

    async Task<EndpointHealth> ProbeAsync(Uri origin, IReadOnlyList<string> tools, SemaphoreSlim line, CancellationToken cancellation)
    {
        await line.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            using var timeout = new CancellationTokenSource(Patience, time);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
            using var request = new HttpRequestMessage(HttpMethod.Head, origin);
            using var client = clients.CreateClient(EgressClient.DirectName);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, over.Token).ConfigureAwait(false);
            return new EndpointHealth(origin.GetLeftPart(UriPartial.Authority), tools, HealthChecks.Ok, null);
        }
        catch (Exception failure) when (TransportFailure.From(failure, origin, cancellation) is { } why)
        {
            return new EndpointHealth(origin.GetLeftPart(UriPartial.Authority), tools, HealthChecks.Down, secrets.Redactor.Text(why.Message));
        }
        finally
        {
            line.Release();
        }
    }

    /// <summary>Where a tool is, if that does not depend on its input; never with anything secret in it.</summary>
    Uri? OriginOf(ToolDefinition tool)
    {
        var template = tool.Request?.Url ?? tool.Llm?.Endpoint ?? "";
        var text = Config().Replace(template, match => secrets.HasConfig(match.Groups["name"].Value) ? secrets.Config(match.Groups["name"].Value) : match.Value);
        return Uri.TryCreate(text.Split("${")[0], UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && url.Host.Length > 0
            ? new Uri(url.GetLeftPart(UriPartial.Authority))
            : null;
    }

    [GeneratedRegex(@"\A\$\{\s*config:(?<name>\w+)\s*\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Config();
}

/// <param name="Origin">Scheme, host and port.</param>
/// <param name="Tools">Those that are there.</param>
/// <param name="Status">ok or down.</param>
public sealed record EndpointHealth(string Origin, IReadOnlyList<string> Tools, string Status, string? Error);
