using System.Text.Json;
using Grimoire;
using Grimoire.Functions.Casting;
using Grimoire.Functions.Http;
using Grimoire.Functions.Security;
using Grimoire.Functions.Storage;
using Grimoire.Functions.Telemetry;
using Grimoire.Functions.Tools;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);

builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddTelemetry(builder.Configuration, builder.Environment);
builder.Services.AddStorage(builder.Configuration, builder.Environment);
builder.Services.AddSecurity(builder.Configuration);
builder.Services.AddTools(builder.Configuration);
builder.Services.AddCasting(builder.Configuration, builder.Environment);
builder.AddHttpApi();

// One way to write JSON: in HTTP, in orchestration inputs and outputs, in events, in what is stored.
builder.Services.Configure<JsonSerializerOptions>(DomainJson.Apply);

builder.Build().Run();
