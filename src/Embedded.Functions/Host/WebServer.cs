using System.Net.Sockets;
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
using Microsoft.Extensions.Logging.Abstractions;

namespace Embedded.Functions.Host;

/// <summary>Kestrel with routing, apart from the app's own services: those know nothing of ASP.NET, as with the official worker.</summary>
internal sealed partial class WebServer : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ILogger _logger;
    readonly List<Endpoint> _endpoints = [];
    readonly IReadOnlyList<string> _urls;

    public WebServer(HostSettings settings, ILoggerFactory loggers)
    {
        _logger = loggers.CreateLogger("Host.Http");
        _urls = settings.Urls;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<ILoggerFactory>(new LoggersOfServer(loggers));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddRouting();
        builder.Services.AddCors();
        builder.Services.AddHostFiltering(filter => filter.AllowedHosts = [.. settings.Embedded.AllowedHosts]);
        builder.WebHost.UseKestrelCore().UseUrls([.. _urls]).ConfigureKestrel(kestrel =>
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
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new HostStartException([$"{string.Join(", ", _urls)} cannot be listened on: {e.Message}."]);
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

        if (settings.Embedded.AllowedHosts.Count > 0)
        {
            _app.UseHostFiltering();
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
        if (headers.Length > 0)
        {
            // At the last moment: an error clears what is there, and a header that the function sets goes over ours.
            http.Response.OnStarting(() =>
            {
                foreach ((string name, string value) in headers)
                {
                    http.Response.Headers.TryAdd(name, value);
                }

                return Task.CompletedTask;
            });
        }

        if (!CheckHost(http.Request))
        {
            await Problem.WriteAsync(
                http, StatusCodes.Status400BadRequest, "The request cannot be read.", "The header 'Host' names no host.").ConfigureAwait(false);
            return;
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
        catch (IOException e) when (!http.Response.HasStarted && e.InnerException is OverflowException)
        {
            // A chunk's size beyond all measure, which the server throws like this and not as a bad request.
            http.Response.Clear();
            await Problem.WriteAsync(http, StatusCodes.Status400BadRequest, "The request cannot be read.", e.Message).ConfigureAwait(false);
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            LogFailed(_logger, e, http.Request.Method, http.Request.Path);
            http.Response.Clear();
            await Problem.WriteAsync(http, StatusCodes.Status500InternalServerError, "The host failed.").ConfigureAwait(false);
        }
    }

    /// <summary>HTTP/1.0 may leave the host out: it is then the one that was called. One that is no part of a URL would fail everywhere.</summary>
    bool CheckHost(HttpRequest request)
    {
        if (!request.Host.HasValue)
        {
            request.Host = HostString.FromUriComponent(new Uri(ListeningAddress.Reachable(Addresses[0])));
            return true;
        }

        return Uri.TryCreate($"{request.Scheme}://{request.Host.ToUriComponent()}/", UriKind.Absolute, out _);
    }

    /// <summary>Also for a route that is there, but not for this method: as on the official host.</summary>
    static Task NotFoundAsync(HttpContext http) => http.GetEndpoint() is null
        ? Problem.WriteAsync(
            http, StatusCodes.Status404NotFound, "No function has this route.", $"Nothing answers {http.Request.Method} {http.Request.Path}.")
        : Problem.WriteAsync(
            http, StatusCodes.Status404NotFound, "No function has this route and method.",
            $"{http.Request.Path} is there, but not for {http.Request.Method}.");

    [LoggerMessage(1, LogLevel.Error, "{Method} {Path} failed")]
    static partial void LogFailed(ILogger logger, Exception exception, string method, PathString path);

    /// <summary>What fails while it starts is thrown, and reported by the app's own host: the server's need not tell of it too.</summary>
    sealed class LoggersOfServer(ILoggerFactory loggers) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) =>
            categoryName == "Microsoft.Extensions.Hosting.Internal.Host" ? NullLogger.Instance : loggers.CreateLogger(categoryName);

        public void AddProvider(ILoggerProvider provider) => loggers.AddProvider(provider);

        public void Dispose()
        {
            // They are the app's.
        }
    }

    /// <summary>When the process ends is for the app's own host to say.</summary>
    sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
