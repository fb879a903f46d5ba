using Microsoft.Azure.Functions.Worker;

namespace Microsoft.Extensions.Hosting
{
    /// <summary>
    /// The entry points of the official ASP.NET Core integration, for apps that call them and use the HttpRequestData model all the same.
    /// HttpRequest and IActionResult are not supported here: the start refuses a function that has them.
    /// </summary>
    public static class FunctionsHostBuilderExtensions
    {
        public static IHostBuilder ConfigureFunctionsWebApplication(this IHostBuilder builder) =>
            builder.ConfigureFunctionsWorkerDefaults();

        public static IHostBuilder ConfigureFunctionsWebApplication(
            this IHostBuilder builder, Action<IFunctionsWorkerApplicationBuilder> configureWorker) =>
            builder.ConfigureFunctionsWorkerDefaults(configureWorker);

        public static IHostBuilder ConfigureFunctionsWebApplication(
            this IHostBuilder builder, Action<HostBuilderContext, IFunctionsWorkerApplicationBuilder> configureWorker) =>
            builder.ConfigureFunctionsWorkerDefaults(configureWorker);
    }
}

namespace Microsoft.Azure.Functions.Worker.Builder
{
    /// <inheritdoc cref="Microsoft.Extensions.Hosting.FunctionsHostBuilderExtensions"/>
    public static class FunctionsApplicationBuilderAspNetCoreExtensions
    {
        /// <summary>Changes nothing: the builder has all that there is here.</summary>
        public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(this FunctionsApplicationBuilder builder)
        {
            ArgumentNullException.ThrowIfNull(builder);
            return builder;
        }
    }
}
