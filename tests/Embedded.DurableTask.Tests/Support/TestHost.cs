using DurableTask.Core.History;
using Embedded.DurableTask.Hosting;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Embedded.DurableTask.Tests.Support;

/// <summary>
/// A real host with a worker and a client on one file in a folder of its own, which goes with it. What a test does not set is as in
/// an app that sets nothing.
/// </summary>
internal sealed class TestHost : IAsyncDisposable
{
    readonly TestHostSetup _setup;
    readonly string _folder = Directory.CreateTempSubdirectory("embedded-").FullName;
    IHost? _host;

    TestHost(TestHostSetup setup) => _setup = setup;

    public string File => Path.Combine(_folder, "hub.db");

    /// <summary>What was logged, from the first start on.</summary>
    public CapturedLogs Logs { get; } = new();

    public IServiceProvider Services => _host?.Services ?? throw new InvalidOperationException("The host is stopped.");

    public DurableTaskClient Client => Services.GetRequiredService<DurableTaskClient>();

    /// <summary>What is below the official surface.</summary>
    public EmbeddedTaskHub Hub => Services.GetRequiredService<EmbeddedHubs>()
        .Get(Services.GetRequiredService<IOptionsMonitor<EmbeddedOptions>>().Get(Options.DefaultName));

    public static Task<TestHost> StartAsync(Action<DurableTaskRegistry> tasks, TimeProvider? time = null) =>
        StartAsync(new TestHostSetup { Tasks = tasks, Time = time });

    public static async Task<TestHost> StartAsync(TestHostSetup setup)
    {
        var host = new TestHost(setup);
        try
        {
            await host.StartAgainAsync(setup);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the host and starts another one on the same file, by default a like one.</summary>
    public async Task RestartAsync(TestHostSetup? setup = null)
    {
        await StopAsync();
        await StartAgainAsync(setup ?? _setup);
    }

    /// <inheritdoc cref="RestartAsync(TestHostSetup?)"/>
    public Task RestartAsync(Action<DurableTaskRegistry> tasks) => RestartAsync(_setup with { Tasks = tasks });

    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _host, null) is { } host)
        {
            await Wait.For(host.StopAsync(CancellationToken.None));
            await CloseAsync(host);
        }
    }

    /// <summary>Starts on the file after <see cref="StopAsync"/>.</summary>
    public async Task StartAgainAsync(TestHostSetup setup)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Logs));
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = setup.ShutdownTimeout);
        if (setup.Time is { } time)
        {
            builder.Services.AddSingleton(time);
        }

        setup.Services?.Invoke(builder.Services);
        void Configure(EmbeddedOptions options)
        {
            options.File = File;
            setup.Options?.Invoke(options);
        }

        if (setup.HasWorker)
        {
            builder.Services.AddDurableTaskWorker(worker =>
            {
                worker.AddTasks(setup.Tasks ?? (_ => { }));
                worker.UseEmbedded(Configure);
                setup.Worker?.Invoke(worker);
            });
        }

        builder.Services.AddDurableTaskClient(client =>
        {
            client.UseEmbedded(Configure);
            setup.Client?.Invoke(client);
        });

        IHost host = builder.Build();
        try
        {
            await host.StartAsync();
        }
        catch
        {
            await CloseAsync(host);
            throw;
        }

        _host = host;
    }

    /// <summary>Starts an orchestration and waits for its end.</summary>
    public async Task<OrchestrationMetadata> RunAsync(TaskName name, object? input = null, StartOrchestrationOptions? options = null) =>
        await EndOfAsync(await Client.ScheduleNewOrchestrationInstanceAsync(name, input, options));

    /// <summary>Starts an orchestration and waits until it runs.</summary>
    public async Task<string> BeginAsync(TaskName name, object? input = null, StartOrchestrationOptions? options = null)
    {
        string id = await Client.ScheduleNewOrchestrationInstanceAsync(name, input, options);
        await Client.WaitForInstanceStartAsync(id, Wait.Token);
        return id;
    }

    public Task<OrchestrationMetadata> EndOfAsync(string id) =>
        Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, Wait.Token);

    public async Task<IReadOnlyList<HistoryEvent>> HistoryOfAsync(string id) =>
        [.. await Client.GetOrchestrationHistoryAsync(id, Wait.Token)];

    /// <summary>Waits until so many events of the type are in the instance's history.</summary>
    public Task UntilHistoryHasAsync<TEvent>(string id, int count = 1)
        where TEvent : HistoryEvent => Wait.Until(
            async () => (await HistoryOfAsync(id)).OfType<TEvent>().Count() >= count,
            $"{count} {typeof(TEvent).Name} in the history of '{id}'");

    public async Task<OrchestrationMetadata> StateOfAsync(string id) =>
        await Client.GetInstanceAsync(id, getInputsAndOutputs: true, Wait.Token)
            ?? throw new InvalidOperationException($"There is no instance '{id}'.");

    public Task UntilStatusAsync(string id, OrchestrationRuntimeStatus status) =>
        Wait.Until(async () => (await StateOfAsync(id)).RuntimeStatus == status, $"'{id}' to be {status}");

    /// <summary>Waits until the instance has left memory, so that it comes back by replay.</summary>
    public Task UntilEvictedAsync(string id) => Wait.Until(() => Hub.Dispatcher?.FindUnfinished(id) is null, $"'{id}' to leave memory");

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    static async Task CloseAsync(IHost host)
    {
        if (host is IAsyncDisposable closing)
        {
            await closing.DisposeAsync();
        }
    }
}
