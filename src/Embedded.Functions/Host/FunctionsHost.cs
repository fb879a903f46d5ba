using Embedded.Functions.Discovery;
using Embedded.Functions.DurableHttp;
using Embedded.Functions.Http;
using Embedded.Functions.Invocation;
using Embedded.Functions.Settings;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Embedded.Functions.Host;

/// <summary>
/// Starts and stops the app with the process: checks everything before anything runs, listens when all else has started, and when the
/// process ends stops listening first, so that what was accepted is answered while the rest still works.
/// </summary>
internal sealed partial class FunctionsHost(
    FunctionCatalog catalog,
    HostSettings settings,
    HostKeysHolder keys,
    FunctionInvoker invoker,
    ListeningAddress address,
    IServiceProvider services,
    IOptions<WorkerOptions> options,
    ILoggerFactory loggers) : IHostedLifecycleService, IAsyncDisposable
{
    readonly ILogger _logger = loggers.CreateLogger("Host");
    const string HostName = "WEBSITE_HOSTNAME";

    string? _hostName;
    WebServer? _server;
    FunctionRoutes? _routes;
    RequestGate? _gate;

    /// <summary>Looks at everything before anything is opened or started.</summary>
    /// <exception cref="HostStartException">Something is wrong; the message has all that is.</exception>
    public void Check()
    {
        _server = new WebServer(settings, loggers);
        var routes = _routes = new FunctionRoutes(catalog.Functions, settings.HostJson.RoutePrefix, _server.Services.GetRequiredService<ParameterPolicyFactory>());
        List<string> problems = [.. catalog.Problems, .. routes.Problems];
        foreach (SettingProblem problem in settings.Problems.Concat(keys.Problems))
        {
            if (problem.IsError)
            {
                problems.Add(problem.ToString());
            }
            else
            {
                LogSetting(_logger, problem.Severity == SettingSeverity.Warning ? LogLevel.Warning : LogLevel.Information, problem);
            }
        }

        if (settings.Embedded.CheckAddresses(settings.Urls) is { } open)
        {
            problems.Add(open.ToString());
        }

        foreach (string warning in catalog.Warnings)
        {
            LogWarning(_logger, warning);
        }

        if (problems.Count > 0)
        {
            throw new HostStartException(problems);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        Map(_routes!);
        TellHostName();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        await _server!.StartAsync(cancellationToken).ConfigureAwait(false);
        address.Set(_server.Addresses[0]);
        TellHostName();
        LogListing(_logger, FunctionListing.Of(catalog.Functions, settings.HostJson.RoutePrefix, address.Url));
        if (catalog.Functions.Count == 0)
        {
            LogWarning(_logger, "No functions were found: mark methods with [Function], or classes with [DurableTask].");
        }

        LogState(_logger, settings.Embedded.State);
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync().ConfigureAwait(false);
        }

        _gate?.Dispose();
    }

    /// <summary>Where the app is reached: the setting that Azure makes, and func start, unless somebody has made it already.</summary>
    void TellHostName()
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        if (configuration[HostName] is null or "" || configuration[HostName] == _hostName)
        {
            configuration[HostName] = _hostName = new Uri(address.Url).Authority;
        }
    }

    void Map(FunctionRoutes routes)
    {
        var check = new KeyCheck(keys.Enforced);
        _gate = new RequestGate(settings.HostJson.MaxConcurrentRequests, settings.HostJson.MaxOutstandingRequests);
        var shared = new HttpFunctionServices(
            invoker, check, _gate, settings.Timeout, new HttpResult(options.Value.Serializer!), loggers.CreateLogger("Host.Http"));
        _server!.Map(routes.Routes.Select(route => route.ToEndpoint(new HttpFunction(route.Function, route.Trigger, shared).HandleAsync)));
        if (catalog.IsDurable)
        {
            var api = ActivatorUtilities.CreateInstance<DurableHttpApi>(services);
            _server.MapBelow(ManagementUrls.ApiPath, async http =>
            {
                if (await check.AllowsAsync(http, AuthorizationLevel.System, null).ConfigureAwait(false))
                {
                    await api.HandleAsync(http).ConfigureAwait(false);
                }
            });
        }
    }

    [LoggerMessage(1, LogLevel.Information, "{Listing}")]
    static partial void LogListing(ILogger logger, string listing);

    [LoggerMessage(2, LogLevel.Warning, "{Warning}")]
    static partial void LogWarning(ILogger logger, string warning);

    [LoggerMessage(EventId = 3, Message = "{Problem}")]
    static partial void LogSetting(ILogger logger, LogLevel level, SettingProblem problem);

    [LoggerMessage(4, LogLevel.Information, "State and keys are in {Folder}")]
    static partial void LogState(ILogger logger, string folder);
}
