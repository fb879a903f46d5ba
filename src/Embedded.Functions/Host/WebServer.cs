using Embedded.Functions.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Embedded.Functions.Host;

/// <summary>Kestrel with routing, apart from the app's own services: those know nothing of ASP.NET, as with the official worker.</summary>
internal sealed partial class WebServer : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ILogger _logger;
    readonly List<Endpoint> _endpoints = [];

    public WebServer(HostSettings settings, ILoggerFactory loggers)
    {
        _logger = loggers.CreateLogger("Host.Http");
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddRouting();
        builder.Services.AddCors();
        builder.WebHost.UseKestrelCore().UseUrls([.. settings.Urls]).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = settings.Embedded.MaxRequestBodyBytes;
        });
        _app = builder.Build();
        Configure(settings);
    }

    public IServiceProvider Services => _app.Services;

    /// <summary>Where it listens, with the port that the system chose if it was left to it.</summary>
    public IReadOnlyList<string> Addresses => [.. _app.Urls];

    public void Map(IEnumerable<Endpoint> endpoints) => _endpoints.AddRange(endpoints);

    public void MapBelow(string path, RequestDelegate handler)
    {
        RoutePattern pattern = RoutePatternFactory.Parse(path + "/{**rest}");
        _endpoints.Add(new RouteEndpointBuilder(handler, pattern, order: 0) { DisplayName = path }.Build());
    }

    public async Task StartAsync(CancellationToken cancellation)
    {
        ((IEndpointRouteBuilder)_app).DataSources.Add(new DefaultEndpointDataSource(_endpoints));
        try
        {
            await _app.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new HostStartException([$"{e.Message} Stop what listens there, or choose another port: --port 7072, or Host.LocalHttpPort in local.settings.json."]);
        }
    }

    public Task StopAsync(CancellationToken cancellation) => _app.StopAsync(cancellation);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    void Configure(HostSettings settings)
    {
        if (settings.Embedded.KnownProxies.Count > 0)
        {
            var forwarded = new ForwardedHeadersOptions
            {
                ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedHost | ForwardedHeaders.XForwardedProto,
            };
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (System.Net.IPNetwork network in settings.Embedded.KnownProxies)
            {
                forwarded.KnownIPNetworks.Add(network);
            }

            _app.UseForwardedHeaders(forwarded);
        }

        if (settings.Local.CorsOrigins.Count > 0)
        {
            _app.UseCors(policy =>
            {
                policy.WithOrigins([.. settings.Local.CorsOrigins]).AllowAnyHeader().AllowAnyMethod();
                if (settings.Local.CorsCredentials)
                {
                    policy.AllowCredentials();
                }
            });
        }

        KeyValuePair<string, string>[] headers = [.. settings.HostJson.CustomHeaders];
        _app.Use(next => http => GuardAsync(http, next, headers));
        _app.UseRouting();
        _app.Use(next => http => http.GetEndpoint() is { } endpoint and RouteEndpoint
            ? next(http)
            : NotFoundAsync(http));
        _app.UseEndpoints(_ => { });
    }

    /// <summary>What fails outside of a function: a request that is malformed, too large or broken off, or the host itself.</summary>
    async Task GuardAsync(HttpContext http, RequestDelegate next, KeyValuePair<string, string>[] headers)
    {
        foreach ((string name, string value) in headers)
        {
            http.Response.Headers[name] = value;
        }

        try
        {
            await next(http).ConfigureAwait(false);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone: there is nobody to answer.
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            http.Response.Clear();
            await Problem.WriteAsync(http, e.StatusCode, "The request cannot be read.", e.Message).ConfigureAwait(false);
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            LogFailed(_logger, e, http.Request.Method, http.Request.Path);
            http.Response.Clear();
            await Problem.WriteAsync(http, StatusCodes.Status500InternalServerError, "The host failed.").ConfigureAwait(false);
        }
    }

    /// <summary>Also for a route that is there, but not for this method: as on the official host.</summary>
    static Task NotFoundAsync(HttpContext http) => Problem.WriteAsync(
        http, StatusCodes.Status404NotFound, "No function has this route.", $"Nothing answers {http.Request.Method} {http.Request.Path}.");

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed")]
    static partial void LogFailed(ILogger logger, Exception exception, string method, PathString path);

    /// <summary>When the process ends is for the app's own host to say.</summary>
    sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
