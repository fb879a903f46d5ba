namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Where an app's Program begins.</summary>
public class FunctionsApplication
{
    /// <summary>A builder with the defaults: configuration from the environment and the command line, logging, the worker.</summary>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => new(args);
}
