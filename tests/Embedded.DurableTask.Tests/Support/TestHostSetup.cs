using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Embedded.DurableTask.Tests.Support;

/// <summary>What a test sets of its host.</summary>
internal sealed record TestHostSetup
{
    public Action<DurableTaskRegistry>? Tasks { get; init; }

    public Action<EmbeddedOptions>? Options { get; init; }

    /// <summary>Further settings of the worker.</summary>
    public Action<IDurableTaskWorkerBuilder>? Worker { get; init; }

    /// <summary>Further settings of the client.</summary>
    public Action<IDurableTaskClientBuilder>? Client { get; init; }

    /// <summary>Further services of the app.</summary>
    public Action<IServiceCollection>? Services { get; init; }

    /// <summary>The app's clock; null for the system's.</summary>
    public TimeProvider? Time { get; init; }

    public bool HasWorker { get; init; } = true;

    /// <summary>How long a stop waits for activities.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
