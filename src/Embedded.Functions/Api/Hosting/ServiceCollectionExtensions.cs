using System.Text.Json;
using Embedded.Functions.Binding.Converters;
using Embedded.Functions.Host;
using Embedded.Functions.Invocation;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registration of the worker. An app calls it through <c>FunctionsApplication</c> or <c>ConfigureFunctionsWorkerDefaults</c>.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Adds the worker with the default converters, and a serializer that does not look at the case of property names.</summary>
    public static IFunctionsWorkerApplicationBuilder AddFunctionsWorkerDefaults(
        this IServiceCollection services, Action<WorkerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<WorkerOptions>, DefaultInputConverterInitializer>());
        services.TryAddEnumerable(ServiceDescriptor.Transient<IConfigureOptions<JsonSerializerOptions>, CaseInsensitive>());
        return services.AddFunctionsWorkerCore(configure);
    }

    /// <summary>Adds the worker.</summary>
    public static IFunctionsWorkerApplicationBuilder AddFunctionsWorkerCore(
        this IServiceCollection services, Action<WorkerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (configure is not null)
        {
            services.Configure(configure);
        }

        if (services.FirstOrDefault(s => s.ServiceType == typeof(IFunctionsWorkerApplicationBuilder))?.ImplementationInstance
            is IFunctionsWorkerApplicationBuilder existing)
        {
            return existing;
        }

        services.TryAddEnumerable(ServiceDescriptor.Transient<IPostConfigureOptions<WorkerOptions>, DefaultSerializer>());
        return HostServices.Add(services);
    }

    sealed class CaseInsensitive : IConfigureOptions<JsonSerializerOptions>
    {
        public void Configure(JsonSerializerOptions options) => options.PropertyNameCaseInsensitive = true;
    }

    sealed class DefaultSerializer(IOptions<JsonSerializerOptions> json) : IPostConfigureOptions<WorkerOptions>
    {
        public void PostConfigure(string? name, WorkerOptions options) => options.Serializer ??= new WorkerJsonSerializer(json.Value);
    }
}
