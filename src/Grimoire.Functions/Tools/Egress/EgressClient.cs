using System.Net;
using Grimoire.Functions.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Grimoire.Functions.Tools.Egress;

/// <summary>The one HTTP client with which tools, downloads and models are called.</summary>
static class EgressClient
{
    public const string Name = "egress";

    /// <summary>The same for code that reads whole responses: they end at <see cref="ToolsOptions.MaxResponseBytes"/>.</summary>
    public const string BoundedName = "egress-bounded";

    /// <summary>The same without redirects: their answer is the answer.</summary>
    public const string DirectName = "egress-direct";

    public static void AddEgressClient(this IServiceCollection services, EgressOptions options, int maxResponseBytes)
    {
        services.AddSingleton(new EgressPolicy(options, (host, cancellation) => Dns.GetHostAddressesAsync(host, cancellation)));
        services.AddChecked(Name, options);
        services.AddChecked(BoundedName, options).AddHttpMessageHandler(() => new BoundedResponseHandler(maxResponseBytes));
        services.AddChecked(DirectName, options, maxHops: 0);
    }

    static IHttpClientBuilder AddChecked(this IServiceCollection services, string name, EgressOptions options, int maxHops = RedirectHandler.MaxHops) => services
        .AddHttpClient(name, client => client.Timeout = Timeout.InfiniteTimeSpan)
        // Their lines would have whole URLs in them, and so secrets.
        .RemoveAllLoggers()
        .ConfigurePrimaryHttpMessageHandler(provider => Handler(provider.GetRequiredService<EgressPolicy>(), options))
        .AddHttpMessageHandler(() => new ToolTraceHandler())
        .AddHttpMessageHandler(() => new RedirectHandler(maxHops))
        // The connections are renewed by the handler itself, below.
        .SetHandlerLifetime(Timeout.InfiniteTimeSpan);

    static SocketsHttpHandler Handler(EgressPolicy policy, EgressOptions options) => new()
    {
        ConnectCallback = policy.ConnectAsync,
        ConnectTimeout = options.ConnectTimeout,
        AllowAutoRedirect = false,
        // A proxy would do the look-up, after our check.
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    };
}
