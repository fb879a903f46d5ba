using System.Reflection;
using Embedded.DurableTask;
using Embedded.Functions.Discovery;
using Embedded.Functions.DurableHttp;
using Embedded.Functions.Invocation;
using Embedded.Functions.Settings;
using Embedded.Functions.Triggers;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Invocation;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Embedded.Functions.Host;

/// <summary>Puts the host together.</summary>
internal static class HostServices
{
    public static IFunctionsWorkerApplicationBuilder Add(IServiceCollection services)
    {
        AppDomain.CurrentDomain.UnhandledException -= HostStartException.ReportUnhandled;
        AppDomain.CurrentDomain.UnhandledException += HostStartException.ReportUnhandled;
        var pipeline = new FunctionPipeline(services);
        FunctionCatalog catalog = FunctionCatalog.Discover(Assembly.GetEntryAssembly());
        services.AddSingleton<IFunctionsWorkerApplicationBuilder>(pipeline);
        services.AddSingleton(_ => pipeline.Build());
        services.AddSingleton(provider =>
        {
            HostSettings settings = provider.GetRequiredService<HostSettings>();
            return catalog.Only(settings.HostJson.Functions, settings.IsDisabled);
        });
        services.AddSingleton(provider => new HostSettings(
            LocalSettingsReader.Load(AppFolder.Find()), provider.GetService<IConfiguration>() ?? new ConfigurationBuilder().Build()));
        services.AddSingleton<HostKeysHolder>();
        services.AddSingleton<ListeningAddress>();
        services.TryAddSingleton(TimeProvider.System);
        AddInvocation(services);
        AddLogging(services);

        // Before what others add: it checks the app before anything of it starts.
        services.AddSingleton<FunctionsHost>();
        services.AddSingleton<IHostedService>(provider =>
        {
            var host = provider.GetRequiredService<FunctionsHost>();
            host.Check();
            return host;
        });
        if (catalog.IsDurable)
        {
            AddDurableTask(services);
        }

        return pipeline;
    }

    static void AddInvocation(IServiceCollection services)
    {
        services.AddOptions();
        services.TryAddSingleton<InputConverters>();
        services.TryAddSingleton<ParameterBinder>();
        services.TryAddSingleton<FunctionClients>();
        services.TryAddSingleton<FunctionInvoker>();
        services.TryAddSingleton<IFunctionActivator, FunctionActivator>();
        services.TryAddSingleton<IFunctionExecutor, FunctionExecutor>();
    }

    static void AddLogging(IServiceCollection services)
    {
        services.AddLogging(logging =>
        {
            logging.AddConsole(console => console.FormatterName = FunctionsConsoleFormatter.FormatterName);
            logging.AddConsoleFormatter<FunctionsConsoleFormatter, ConsoleFormatterOptions>();
        });
        services.AddOptions<LoggerFilterOptions>().Configure<HostSettings>((options, settings) =>
        {
            // The web server would tell of each request, which a function's log does as well; and as long as this category has any
            // level, it makes a span for each, wanted or not.
            options.Rules.Add(new LoggerFilterRule(null, "Microsoft.AspNetCore", LogLevel.Warning, null));
            options.Rules.Add(new LoggerFilterRule(null, "Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None, null));
            foreach (LoggerFilterRule rule in settings.HostJson.LogRules())
            {
                options.Rules.Add(rule);
            }
        });
    }

    static void AddDurableTask(IServiceCollection services)
    {
        services.AddSingleton<DurableHttpClient>();
        services.AddDurableTaskWorker().UseEmbedded();
        services.AddDurableTaskClient().UseEmbedded();
        services.AddSingleton(OpenHub);
        services.AddOptions<EmbeddedOptions>().Configure<EmbeddedTaskHub>((options, hub) => options.Hub = hub);
        services.AddOptions<DurableTaskRegistry>().Configure<IServiceProvider>(
            (registry, provider) => FunctionTasks.Register(registry, provider.GetRequiredService<FunctionCatalog>(), provider));
        services.AddOptions<DurableTaskClientOptions>().PostConfigure<IOptions<WorkerOptions>, HostSettings>((options, worker, settings) =>
        {
            options.DataConverter = DurableData.ConverterOf(worker.Value.Serializer!);
            options.DefaultVersion = settings.HostJson.DefaultVersion;
        });
        services.AddOptions<DurableTaskWorkerOptions>().PostConfigure<IOptions<WorkerOptions>>(
            (options, worker) => options.DataConverter = DurableData.ConverterOf(worker.Value.Serializer!));
        services.AddOptions<DurableTaskWorkerOptions>().Configure<HostSettings>((options, settings) => Apply(settings.HostJson, options));
        services.AddSingleton(provider =>
        {
            HostJson json = provider.GetRequiredService<HostSettings>().HostJson;
            FunctionTrigger[] triggers = [.. provider.GetRequiredService<FunctionCatalog>().Functions.Select(f => f.Trigger)];
            return new DurableHttpSettings
            {
                HubName = json.HubName,
                SystemKey = provider.GetRequiredService<HostKeysHolder>().Enforced?.DurableKey,
                DefaultVersion = json.DefaultVersion,
                Orchestrators = [.. triggers.OfType<OrchestrationFunctionTrigger>().Select(t => t.TaskName)],
                Entities = [.. triggers.OfType<EntityFunctionTrigger>().Select(t => t.TaskName)],
            };
        });
    }

    static EmbeddedTaskHub OpenHub(IServiceProvider services)
    {
        HostSettings settings = services.GetRequiredService<HostSettings>();
        var options = new EmbeddedOptions();
        settings.Embedded.ApplyTo(options, settings.HostJson.HubName);
        try
        {
            return new EmbeddedTaskHub(options, services.GetRequiredService<TimeProvider>());
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            throw new HostStartException([$"The task hub in '{settings.Embedded.State}' (Embedded:State) cannot be opened: {e.Message}"]);
        }
    }

    static void Apply(HostJson json, DurableTaskWorkerOptions options)
    {
        DurableTaskWorkerOptions.ConcurrencyOptions concurrency = options.Concurrency;
        concurrency.MaximumConcurrentActivityWorkItems = json.MaxConcurrentActivityFunctions ?? concurrency.MaximumConcurrentActivityWorkItems;
        concurrency.MaximumConcurrentOrchestrationWorkItems =
            json.MaxConcurrentOrchestratorFunctions ?? concurrency.MaximumConcurrentOrchestrationWorkItems;
        concurrency.MaximumConcurrentEntityWorkItems = json.MaxConcurrentEntityFunctions ?? concurrency.MaximumConcurrentEntityWorkItems;
        if (json.DefaultVersion.Length > 0)
        {
            options.Versioning = new DurableTaskWorkerOptions.VersioningOptions
            {
                Version = json.DefaultVersion,
                DefaultVersion = json.DefaultVersion,
                MatchStrategy = json.VersionMatchStrategy,
                FailureStrategy = json.VersionFailureStrategy,
            };
        }
    }
}
