using Embedded.DurableTask;
using Embedded.DurableTask.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.DurableTask.Worker
{
    /// <summary>The one member of a worker's registration that is not official: it takes the place of <c>UseGrpc</c>.</summary>
    public static class EmbeddedDurableTaskWorkerBuilderExtensions
    {
        /// <summary>Runs the tasks in this process, with their state in one SQLite file.</summary>
        public static IDurableTaskWorkerBuilder UseEmbedded(
            this IDurableTaskWorkerBuilder builder, Action<EmbeddedOptions>? configure = null)
        {
            ArgumentNullException.ThrowIfNull(builder);
            builder.Services.TryAddSingleton<EmbeddedHubs>();
            builder.Services.Configure(builder.Name, configure ?? (_ => { }));
            builder.Services.PostConfigure<DurableTaskWorkerOptions>(builder.Name, options => options.EnableEntitySupport = true);
            return builder.UseBuildTarget<EmbeddedDurableTaskWorker>();
        }

        /// <summary>Runs the tasks of a hub that is already open.</summary>
        public static IDurableTaskWorkerBuilder UseEmbedded(this IDurableTaskWorkerBuilder builder, EmbeddedTaskHub hub)
        {
            ArgumentNullException.ThrowIfNull(hub);
            return builder.UseEmbedded(options => options.Hub = hub);
        }
    }
}

namespace Microsoft.DurableTask.Client
{
    /// <summary>The one member of a client's registration that is not official: it takes the place of <c>UseGrpc</c>.</summary>
    public static class EmbeddedDurableTaskClientBuilderExtensions
    {
        /// <summary>Uses the task hub in the SQLite file, in this process.</summary>
        public static IDurableTaskClientBuilder UseEmbedded(
            this IDurableTaskClientBuilder builder, Action<EmbeddedOptions>? configure = null)
        {
            ArgumentNullException.ThrowIfNull(builder);
            builder.Services.TryAddSingleton<EmbeddedHubs>();
            builder.Services.Configure(builder.Name, configure ?? (_ => { }));
            builder.Services.PostConfigure<DurableTaskClientOptions>(builder.Name, options => options.EnableEntitySupport = true);
            return builder.UseBuildTarget<EmbeddedDurableTaskClient>();
        }

        /// <summary>Uses a task hub that is already open.</summary>
        public static IDurableTaskClientBuilder UseEmbedded(this IDurableTaskClientBuilder builder, EmbeddedTaskHub hub)
        {
            ArgumentNullException.ThrowIfNull(hub);
            return builder.UseEmbedded(options => options.Hub = hub);
        }
    }
}
