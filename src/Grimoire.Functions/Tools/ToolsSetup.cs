using Grimoire.Functions.Tools.Egress;
using Grimoire.Functions.Tools.Http;
using Grimoire.Functions.Tools.Models;
using Grimoire.Functions.Tools.Text;
using Grimoire.Schemas;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Grimoire.Functions.Tools;

static class ToolsSetup
{
    /// <summary>Registers <see cref="ToolRunners"/> and all that it needs. Settings are checked here, so that a wrong one ends the start.</summary>
    /// <exception cref="InvalidOperationException">A setting is wrong; the message says which, and what would be right.</exception>
    public static IServiceCollection AddTools(this IServiceCollection services, IConfiguration configuration)
    {
        var options = ToolsOptions.From(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<JsonSchemas>();
        services.AddSingleton(options);
        services.AddSingleton(new Secrets(configuration));
        services.AddEgressClient(EgressOptions.From(configuration), options.MaxResponseBytes);
        services.AddSingleton<HttpCalls>();
        services.AddSingleton<JobReader>();
        services.AddSingleton<HttpJobs>();
        services.AddSingleton<ModelSessions>();
        services.AddSingleton<IToolRunner, HttpToolRunner>();
        services.AddSingleton<IToolRunner, LlmRunner>();
        services.AddSingleton<IToolRunner, CodegenRunner>();
        services.AddSingleton<IToolRunner, ArtifactTextRunner>();
        services.AddSingleton<IToolRunner>(new PureTool(TextTools.Kinds));
        services.AddSingleton<IToolRunner>(new PureTool(JsonTools.Kinds));
        services.AddSingleton<ToolRunners>();
        return services;
    }
}
