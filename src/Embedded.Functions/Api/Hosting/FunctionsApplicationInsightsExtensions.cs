using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>The entry point of the official Application Insights extension.</summary>
public static class FunctionsApplicationInsightsExtensions
{
    /// <summary>
    /// Changes nothing: officially it keeps host and worker from reporting the same thing twice, and here both are one process whose
    /// logs and spans go where the app's own logging and OpenTelemetry send them.
    /// </summary>
    public static IServiceCollection ConfigureFunctionsApplicationInsights(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services;
    }
}
