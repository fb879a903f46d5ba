using System.Diagnostics;
using System.Text.Json;
using Azure.Core.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Probe;

FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);

builder.UseMiddleware<Trail>();
builder.UseWhen<ErrorsAsResponses>(context => context.FunctionDefinition.Name.StartsWith("Caught", StringComparison.Ordinal));
builder.UseWhen<InputReplacement>(context => context.FunctionDefinition.InputBindings.Values.Any(b => b.Type == "activityTrigger"));
builder.UseMiddleware(ShortCut.InvokeAsync);

builder.Services.AddSingleton<Ledger>();
builder.Services.AddSingleton<Holds>();
builder.Services.AddSingleton<Crowd>();
builder.Services.AddScoped<Scoped>();
builder.Services.Configure<WorkerOptions>(options =>
{
    options.InputConverters.RegisterAt<TagConverter>(0);
    options.Serializer = new JsonObjectSerializer(new JsonSerializerOptions(JsonSerializerDefaults.Web));
});

// As what sends traces somewhere would.
using var listener = new ActivityListener
{
    ShouldListenTo = source => source.Name is "Microsoft.DurableTask" or "Microsoft.Azure.Functions.Worker",
    Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
};
if (builder.Configuration["Listens"] == "true")
{
    ActivitySource.AddActivityListener(listener);
}

builder.Build().Run();
